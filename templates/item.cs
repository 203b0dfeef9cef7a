<?cs include:"frame.cs" ?><?cs include:"macros.cs" ?><?cs call:page_begin(W.item.title + " " + Item.Id) ?>
<nav class="crumbs" aria-label="<?cs var:W.item.where ?>"><a href="/console/items"><?cs var:W.item.all ?></a></nav>
<div class="head"><h1><?cs var:W.item.title ?> <span class="number"><?cs var:Item.Id ?></span> <?cs call:state(Item.State.Kind, Item.State.Word) ?></h1>
<?cs if:May.Note ?><div class="actions"><?cs if:May.Stop ?><a class="btn btn-sm btn-plain" href="/console/item/stop?id=<?cs var:Item.Id ?>"><?cs var:W.item.stop ?></a> <?cs /if ?><a class="btn btn-sm btn-plain" href="/console/item/note?id=<?cs var:Item.Id ?>"><?cs var:W.item.note_go ?></a> <a class="btn btn-sm btn-plain" href="/console/item/attach?id=<?cs var:Item.Id ?>"><?cs var:W.item.attach ?></a></div><?cs /if ?></div>
<?cs if:Why ?><p class="why"><?cs var:Why ?><?cs if:Item.Approval ?> <a href="/console/approval?id=<?cs var:Item.Approval ?>"><?cs var:W.item.approval ?></a><?cs /if ?></p><?cs /if ?>
<dl class="facts">
<?cs call:fact(W.item.class, Item.Class) ?>
<?cs if:Item.System ?><div><dt><?cs var:W.item.system ?></dt><dd class="number"><?cs var:Item.System ?></dd></div><?cs /if ?>
<div><dt><?cs var:W.item.org ?></dt><dd><?cs if:Item.OrgId ?><a href="/console/org?id=<?cs var:Item.OrgId ?>"><?cs var:Item.Org ?></a><?cs else ?><?cs var:Item.Org ?><?cs /if ?></dd></div>
<?cs call:fact(W.item.date, Item.Date) ?>
<?cs call:fact(W.item.at, Item.At) ?>
<?cs call:figure(W.item.days, Item.Days) ?>
<?cs if:Item.Suspense ?><?cs call:figure(W.item.suspense, "¥" + Item.Suspense) ?><?cs /if ?>
<?cs if:Item.Action ?><?cs call:fact(W.item.action, Item.Action) ?><?cs call:fact(W.item.reason, Item.Reason) ?><?cs call:fact(W.item.maker, Item.Maker) ?><?cs call:fact(W.item.checker, Item.Checker) ?><?cs /if ?>
<?cs if:Item.ClosedAt ?><?cs call:fact(W.item.closed_at, Item.ClosedAt) ?><?cs /if ?>
</dl>
<section aria-labelledby="s-sides"><h2 id="s-sides"><?cs var:W.item.sides ?></h2>
<div class="sheet" tabindex="0"><table class="table"><thead><tr><th scope="col"><?cs var:W.item.what ?></th><th scope="col"><?cs var:W.item.ours ?></th><th scope="col"><?cs var:W.item.theirs ?></th></tr></thead><tbody>
<tr><th scope="row"><?cs if:Item.Plain ?><?cs var:W.item.count ?><?cs else ?><?cs var:W.item.money ?><?cs /if ?></th><td><?cs if:!Item.Plain ?>¥<?cs /if ?><?cs var:Item.Ours ?></td><td><?cs if:!Item.Plain ?>¥<?cs /if ?><?cs var:Item.Theirs ?></td></tr>
<tr><th scope="row"><?cs var:W.item.number ?></th><td><?cs if:Item.Txn ?><?cs if:Item.TxnSeen ?><a class="number" href="/console/txn?id=<?cs var:Item.Txn ?>"><?cs var:Item.Txn ?></a><?cs else ?><span class="number"><?cs var:Item.Txn ?></span><?cs /if ?><?cs else ?><span class="none">–</span><?cs /if ?></td><td><?cs if:Item.Ref ?><span class="number"><?cs var:Item.Ref ?></span><?cs else ?><span class="none">–</span><?cs /if ?></td></tr>
<?cs if:Item.Op ?><tr><th scope="row"><?cs var:W.item.op ?></th><td><?cs var:Item.Op ?></td><td><span class="none">–</span></td></tr><?cs /if ?>
<?cs if:Item.TxnState ?><tr><th scope="row"><?cs var:W.item.txn_state ?></th><td><?cs var:Item.TxnState ?></td><td><span class="none">–</span></td></tr>
<tr><th scope="row"><?cs var:W.item.customer ?></th><td><span class="number"><?cs var:Item.Customer ?></span></td><td><span class="none">–</span></td></tr>
<tr><th scope="row"><?cs var:W.item.txn_at ?></th><td class="time"><?cs var:Item.TxnAt ?></td><td><span class="none">–</span></td></tr><?cs /if ?>
</tbody></table></div>
<p><?cs var:W.item.difference ?> <strong><?cs if:!Item.Plain ?>¥<?cs /if ?><?cs var:Item.Difference ?></strong><?cs if:Item.Note ?> · <?cs var:Item.Note ?><?cs /if ?></p></section>
<?cs if:subcount(Action) > 0 ?><section aria-labelledby="s-actions"><h2 id="s-actions"><?cs var:W.item.actions ?></h2>
<p><?cs var:W.item.proposed ?> <strong><?cs var:Proposed ?></strong></p>
<ul class="choices"><?cs each:a = Action ?><li><?cs if:a.May ?><a class="btn btn-sm btn-plain" href="/console/item/ask?id=<?cs var:Item.Id ?>&amp;action=<?cs var:url_escape(a.Name) ?>"><?cs var:a.Label ?></a><?cs else ?><span class="none"><?cs var:a.Label ?>: <?cs var:a.Why ?></span><?cs /if ?></li><?cs /each ?></ul></section><?cs /if ?>
<section aria-labelledby="s-attached"><h2 id="s-attached"><?cs var:W.item.attached ?></h2>
<?cs if:subcount(Attached) > 0 ?><?cs call:attached() ?><?cs else ?><?cs call:empty_plain(W.item.no_attached) ?><?cs /if ?></section>
<?cs call:history() ?>
<?cs call:page_end() ?>
