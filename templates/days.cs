<?cs include:"frame.cs" ?><?cs include:"macros.cs" ?><?cs call:page_begin(W.days.title) ?>
<div class="head"><h1><?cs var:W.days.title ?><?cs if:Date.Is ?> <?cs var:Date.Is ?><?cs /if ?></h1>
<div class="actions"><?cs call:export_links() ?><?cs if:Date.Before || Date.Behind ?> <nav class="actions" aria-label="<?cs var:W.days.dates ?>"><?cs if:Date.Before ?><a class="btn btn-sm btn-plain" href="/console/days?date=<?cs var:Date.Before ?>">← <?cs var:Date.Before ?></a><?cs /if ?><?cs if:Date.Behind ?> <a class="btn btn-sm btn-plain" href="/console/days?date=<?cs var:Date.Behind ?>"><?cs var:Date.Behind ?> →</a><?cs /if ?></nav><?cs /if ?></div></div>
<?cs call:filters_begin() ?>
<?cs call:filter(Form.date) ?>
<?cs call:filter(Form.state) ?>
<?cs call:filters_end() ?>
<?cs if:Date.Is && !Date.Runs && !Date.NotReady ?><dl class="facts">
<?cs call:figure(W.days.state_missing, Count.missing) ?>
<?cs call:figure(W.days.state_open, Count.open) ?>
<?cs call:figure(W.days.state_declared, Count.declared) ?>
<?cs call:figure(W.days.state_confirmed, Count.confirmed) ?>
</dl><?cs /if ?>
<?cs if:subcount(Day) > 0 ?><div class="sheet" tabindex="0"><table class="table">
<thead><tr><th scope="col"><?cs var:W.days.org ?></th><th scope="col"><?cs var:W.days.state ?></th><th scope="col" class="money"><?cs var:W.days.differs ?></th><th scope="col"><?cs var:W.days.declared_at ?></th><th scope="col"><?cs var:W.days.confirmed_at ?></th></tr></thead>
<tbody><?cs each:d = Day ?>
<tr><td><span class="depth-<?cs var:d.Depth ?>"><a href="/console/day?id=<?cs var:d.Id ?>&amp;date=<?cs var:d.Date ?>"><?cs var:d.Name ?></a></span></td><td><?cs call:state(d.Colour, d.State) ?></td><td class="money"><?cs if:d.Differs ?><strong><?cs var:d.Differs ?></strong><?cs else ?>–<?cs /if ?></td><td class="time"><?cs var:d.DeclaredAt ?></td><td class="time"><?cs var:d.ConfirmedAt ?></td></tr><?cs /each ?>
</tbody></table></div><?cs elif:Date.Runs ?><?cs call:empty_plain(W.days.runs) ?><?cs elif:Date.NotReady ?><?cs call:empty_plain(W.days.not_ready) ?><?cs elif:Form.state.Value ?><?cs call:empty(W.days.empty) ?><?cs else ?><?cs call:empty_plain(W.days.empty) ?><?cs /if ?>
<?cs call:pages() ?>
<p class="form-text"><?cs var:W.days.how ?></p>
<?cs call:page_end() ?>
