<?cs include:"frame.cs" ?><?cs include:"macros.cs" ?><?cs call:page_begin(W.items.title) ?>
<div class="head"><h1><?cs var:W.items.title ?></h1><div class="actions"><?cs call:export_links() ?></div></div>
<?cs call:filters_begin() ?>
<?cs call:filter(Form.state) ?>
<?cs call:filter(Form.class) ?>
<?cs call:filter(Form.age) ?>
<?cs call:filter(Form.system) ?>
<?cs call:filter(Form.org) ?>
<?cs call:filter(Form.q) ?>
<?cs call:filter(Form.from) ?>
<?cs call:filter(Form.to) ?>
<?cs call:filters_end() ?>
<?cs call:ranges() ?>
<?cs if:subcount(Item) > 0 ?><div class="sheet" tabindex="0"><table class="table">
<thead><tr><th scope="col"><?cs var:W.items.no ?></th><?cs call:th_sort(List.Sort.found, W.items.days) ?><th scope="col"><?cs var:W.items.class ?></th><th scope="col"><?cs var:W.items.system ?></th><th scope="col"><?cs var:W.items.date ?></th><th scope="col"><?cs var:W.items.txn ?></th><th scope="col" class="money"><?cs var:W.items.ours ?></th><th scope="col" class="money"><?cs var:W.items.theirs ?></th><th scope="col" class="money"><?cs var:W.items.difference ?></th><th scope="col"><?cs var:W.items.state ?></th></tr></thead>
<tbody><?cs each:i = Item ?>
<tr><td><a class="number" href="/console/item?id=<?cs var:i.Id ?>"><?cs var:i.Id ?></a></td><td><?cs var:i.Days ?></td><td><?cs var:i.Class ?></td><td><?cs if:i.System ?><span class="number"><?cs var:i.System ?></span><?cs else ?><?cs var:i.Org ?><?cs /if ?></td><td class="time"><?cs var:i.Date ?></td><td><?cs if:i.Txn ?><span class="number"><?cs var:i.Txn ?></span><?cs elif:i.Ref ?><span class="number"><?cs var:i.Ref ?></span><?cs else ?><?cs var:i.Op ?><?cs /if ?></td><td class="money"><?cs if:!i.Plain ?>¥<?cs /if ?><?cs var:i.Ours ?></td><td class="money"><?cs if:!i.Plain ?>¥<?cs /if ?><?cs var:i.Theirs ?></td><td class="money"><?cs if:!i.Plain ?>¥<?cs /if ?><?cs var:i.Difference ?></td><td><?cs call:state(i.State.Kind, i.State.Word) ?></td></tr><?cs /each ?>
</tbody></table></div><?cs else ?><?cs call:empty(W.items.empty) ?><?cs /if ?>
<?cs call:pages() ?>
<?cs call:page_end() ?>
