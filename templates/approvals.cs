<?cs include:"frame.cs" ?><?cs include:"macros.cs" ?><?cs call:page_begin(W.approvals.title) ?>
<div class="head"><h1><?cs var:W.approvals.title ?></h1><div class="actions"><?cs call:export_links() ?></div></div>
<?cs call:filters_begin() ?>
<?cs call:filter(Form.state) ?>
<?cs call:filter(Form.kind) ?>
<?cs call:filter(Form.mine) ?>
<?cs call:filter(Form.q) ?>
<?cs call:filter(Form.from) ?>
<?cs call:filter(Form.to) ?>
<?cs call:filters_end() ?>
<?cs call:ranges() ?>
<?cs if:subcount(Asked) > 0 ?><div class="sheet" tabindex="0"><table class="table">
<thead><tr><th scope="col"><?cs var:W.approvals.kind ?></th><th scope="col"><?cs var:W.approvals.object ?></th><th scope="col"><?cs var:W.approvals.asked ?></th><th scope="col"><?cs var:W.approvals.maker ?></th><?cs call:th_sort(List.Sort.at, W.approvals.at) ?><th scope="col" class="money"><?cs var:W.approvals.hours ?></th><th scope="col"><?cs var:W.approvals.state ?></th></tr></thead>
<tbody><?cs each:a = Asked ?>
<tr><td><a href="/console/approval?id=<?cs var:a.Id ?>"><?cs var:a.Kind ?></a></td><td><?cs var:a.Object ?></td><td><?cs call:figures(a) ?></td><td><?cs var:a.Maker ?><?cs if:a.Own ?> <?cs call:state("declined", W.approvals.own) ?><?cs /if ?></td><td class="time"><?cs var:a.At ?></td><td class="money"><?cs var:a.Hours ?></td><td><?cs call:state(a.StateKind, a.State) ?></td></tr><?cs /each ?>
</tbody></table></div><?cs elif:Reached ?><?cs else ?><?cs if:Inbox ?><?cs call:empty_plain(W.approvals.empty) ?><?cs else ?><?cs call:empty(W.approvals.empty) ?><?cs /if ?><?cs /if ?>
<?cs if:Reached ?><p class="reached" role="status"><?cs var:Reached ?></p><?cs /if ?>
<?cs call:pages() ?>
<?cs call:page_end() ?>
