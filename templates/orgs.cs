<?cs include:"frame.cs" ?><?cs include:"macros.cs" ?><?cs call:page_begin(W.orgs.title) ?>
<div class="head"><h1><?cs var:W.orgs.title ?></h1><div class="actions"><?cs call:export_links() ?><?cs if:May.Import ?> <a class="btn btn-sm btn-plain" href="/console/import"><?cs var:W.orgs.import ?></a><?cs /if ?></div></div>
<?cs call:filters_begin() ?>
<?cs call:filter(Form.q) ?>
<?cs call:filter(Form.kind) ?>
<?cs call:filter(Form.state) ?>
<?cs call:filters_end() ?>
<?cs if:subcount(Org) > 0 ?><div class="sheet" tabindex="0"><table class="table">
<thead><tr><th scope="col"><?cs var:W.orgs.name ?></th><th scope="col"><?cs var:W.orgs.code ?></th><th scope="col"><?cs var:W.orgs.kind ?></th><th scope="col"><?cs var:W.orgs.state ?></th></tr></thead>
<tbody><?cs each:o = Org ?>
<tr><td><span class="depth-<?cs var:o.Depth ?>"><a href="/console/org?id=<?cs var:o.Id ?>"><?cs var:o.Name ?></a></span></td><td class="number"><?cs var:o.Code ?></td><td><?cs var:o.Kind ?></td><td><?cs if:o.Enabled ?><?cs call:state("posted", W.state.enabled) ?><?cs else ?><?cs call:state("declined", W.state.disabled) ?><?cs /if ?></td></tr><?cs /each ?>
</tbody></table></div><?cs else ?><?cs call:empty(W.orgs.empty) ?><?cs /if ?>
<?cs call:pages() ?>
<?cs call:page_end() ?>
