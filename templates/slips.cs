<?cs include:"frame.cs" ?><?cs include:"macros.cs" ?><?cs call:page_begin(W.slips.title) ?>
<div class="head"><h1><?cs var:W.slips.title ?></h1><div class="actions"><?cs if:May.Send ?><a class="btn btn-sm btn-main" href="/console/remit/safes"><?cs var:W.slips.send ?></a> <?cs /if ?><?cs call:export_links() ?></div></div>
<nav class="ranges" aria-label="<?cs var:W.slips.views ?>"><a href="/console/remit?view=receive"<?cs if:Form.view.Value == "receive" ?> aria-current="true"<?cs /if ?>><?cs var:W.slips.view_receive ?></a> <a href="/console/remit?view=bank"<?cs if:Form.view.Value == "bank" ?> aria-current="true"<?cs /if ?>><?cs var:W.slips.view_bank ?></a> <a href="/console/remit?view=made"<?cs if:Form.view.Value == "made" ?> aria-current="true"<?cs /if ?>><?cs var:W.slips.view_made ?></a></nav>
<?cs call:filters_begin() ?>
<?cs call:filter(Form.view) ?>
<?cs call:filter(Form.q) ?>
<?cs call:filter(Form.state) ?>
<?cs call:filter(Form.kind) ?>
<?cs call:filter(Form.org) ?>
<?cs call:filter(Form.from) ?>
<?cs call:filter(Form.to) ?>
<?cs call:filters_end() ?>
<?cs if:subcount(Slip) > 0 ?><div class="sheet" tabindex="0"><table class="table">
<thead><tr><th scope="col"><?cs var:W.slips.slip ?></th><th scope="col"><?cs var:W.slips.kind ?></th><th scope="col"><?cs var:W.slips.owner ?></th><th scope="col"><?cs var:W.slips.receiver ?></th><th scope="col" class="money"><?cs var:W.slips.amount ?></th><th scope="col"><?cs var:W.slips.state ?></th><th scope="col"><?cs var:W.slips.made_at ?></th></tr></thead>
<tbody><?cs each:s = Slip ?>
<tr><td><a class="number" href="/console/remit/slip?id=<?cs var:s.Id ?>"><?cs var:s.Name ?></a></td><td><?cs var:s.Kind ?></td><td><?cs var:s.Owner ?></td><td><?cs var:s.To ?></td><td class="money">¥<?cs var:s.Amount ?></td><td><?cs call:state(s.State.Kind, s.State.Word) ?></td><td class="time"><?cs var:s.At ?></td></tr><?cs /each ?>
</tbody></table></div><?cs elif:Reached ?><?cs else ?><?cs if:Form.view.Value == "receive" ?><?cs call:empty_plain(W.slips.empty_receive) ?><?cs elif:Form.view.Value == "bank" ?><?cs call:empty_plain(W.slips.empty_bank) ?><?cs else ?><?cs call:empty(W.slips.empty) ?><?cs /if ?><?cs /if ?>
<?cs if:Reached ?><p class="reached" role="status"><?cs var:Reached ?></p><?cs /if ?>
<?cs call:pages() ?>
<?cs call:page_end() ?>
