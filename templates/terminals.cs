<?cs include:"frame.cs" ?><?cs include:"macros.cs" ?><?cs call:page_begin(W.terminals.title) ?>
<div class="head"><h1><?cs var:W.terminals.title ?></h1>
<div class="actions"><?cs call:export_links() ?><?cs if:May.Add ?> <a class="btn btn-sm btn-main" href="/console/terminal/add"><?cs var:W.terminals.add ?></a><?cs /if ?></div></div>
<?cs call:filters_begin() ?>
<?cs call:filter(Form.q) ?>
<?cs call:filter(Form.org) ?>
<?cs call:filter(Form.operator) ?>
<?cs call:filter(Form.kind) ?>
<?cs call:filter(Form.state) ?>
<?cs call:filters_end() ?>
<?cs if:subcount(Terminal) > 0 ?><div class="sheet" tabindex="0"><table class="table">
<thead><tr><?cs call:th_sort(List.Sort.number, W.terminals.no) ?><th scope="col"><?cs var:W.terminals.kind ?></th><th scope="col"><?cs var:W.terminals.belongs ?></th><th scope="col"><?cs var:W.terminals.operators ?></th><th scope="col"><?cs var:W.terminals.seen ?></th><th scope="col"><?cs var:W.terminals.state ?></th></tr></thead>
<tbody><?cs each:t = Terminal ?>
<tr><td class="number"><a href="/console/terminal?id=<?cs var:t.Id ?>"><?cs var:t.No ?></a></td><td><?cs var:t.Kind ?></td><td><?cs if:t.OrgId ?><a href="/console/org?id=<?cs var:t.OrgId ?>"><?cs var:t.Org ?></a><?cs else ?><?cs var:t.Org ?><?cs /if ?></td><td><?cs if:t.Bound ?><?cs var:t.Bound ?><?cs else ?><span class="none"><?cs var:W.terminals.everyone ?></span><?cs /if ?></td><td class="time"><?cs if:t.Seen ?><?cs var:t.Seen ?><?cs else ?><span class="none"><?cs var:W.terminals.never ?></span><?cs /if ?></td><td><?cs call:enabled(t.Enabled) ?></td></tr><?cs /each ?>
</tbody></table></div><?cs else ?><?cs call:empty(W.terminals.empty) ?><?cs /if ?>
<?cs call:pages() ?>
<?cs call:page_end() ?>
