<?cs include:"frame.cs" ?><?cs include:"macros.cs" ?><?cs call:page_begin(W.doubts.title) ?>
<div class="head"><h1><?cs var:W.doubts.title ?></h1></div>
<p class="why"><?cs var:W.doubts.why ?></p>
<?cs if:subcount(Doubt) > 0 ?><div class="sheet" tabindex="0"><table class="table">
<thead><tr><th scope="col"><?cs var:W.doubts.age ?></th><th scope="col"><?cs var:W.doubts.number ?></th><th scope="col"><?cs var:W.doubts.op ?></th><th scope="col"><?cs var:W.doubts.customer ?></th><th scope="col" class="money"><?cs var:W.doubts.amount ?></th><th scope="col"><?cs var:W.doubts.state ?></th><th scope="col"><?cs var:W.doubts.system ?></th><th scope="col" class="money"><?cs var:W.doubts.tries ?></th><th scope="col"><?cs var:W.doubts.org ?></th><th scope="col"><?cs var:W.doubts.act ?></th></tr></thead>
<tbody><?cs each:d = Doubt ?>
<tr><td class="nowrap"><time title="<?cs var:d.At ?>"><?cs var:d.Age ?></time></td><td class="number nowrap"><a href="/console/txn?id=<?cs var:d.Id ?>"><?cs var:d.Number ?></a></td><td class="nowrap"><?cs var:d.Op ?></td><td><span class="number"><?cs var:d.Customer ?></span> <?cs var:d.Name ?></td><td class="money">¥<?cs var:d.Amount ?></td><td><?cs call:state(d.State.Kind, d.State.Word) ?></td><td><?cs var:d.System ?></td><td class="money"><?cs var:d.Tries ?></td><td><?cs var:d.Org ?> <span class="number"><?cs var:d.Operator ?></span></td><td class="nowrap"><?cs if:d.Rests ?><?cs call:button("/console/doubt/ask?id=" + d.Id, "", "", W.doubts.ask, "btn-plain") ?><?cs /if ?><?cs if:d.Waits ?> <?cs call:state("pending", W.doubts.waits) ?><?cs elif:d.Decides ?> <a class="btn btn-sm btn-plain" href="/console/doubt/decide?id=<?cs var:d.Id ?>"><?cs var:W.doubts.decide ?></a><?cs /if ?></td></tr><?cs /each ?>
</tbody></table></div><?cs else ?><p class="empty"><?cs var:W.doubts.empty ?></p><?cs /if ?>
<?cs call:pages() ?>
<?cs call:page_end() ?>
