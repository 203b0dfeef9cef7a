<?cs include:"frame.cs" ?><?cs include:"macros.cs" ?><?cs call:page_begin(W.roles.title) ?>
<div class="head"><h1><?cs var:W.roles.title ?></h1>
<div class="actions"><?cs call:export_links() ?> <a class="btn btn-sm btn-plain" href="/console/who"><?cs var:W.roles.who ?></a><?cs if:May.Add ?> <a class="btn btn-sm btn-main" href="/console/role/add"><?cs var:W.roles.add ?></a><?cs /if ?></div></div>
<?cs call:filters_begin() ?>
<?cs call:filter(Form.q) ?>
<?cs call:filters_end() ?>
<?cs if:subcount(Role) > 0 ?><div class="sheet" tabindex="0"><table class="table">
<thead><tr><th scope="col"><?cs var:W.roles.name ?></th><th scope="col"><?cs var:W.roles.code ?></th><th scope="col"><?cs var:W.roles.org ?></th><th scope="col" class="money"><?cs var:W.roles.rights ?></th></tr></thead>
<tbody><?cs each:r = Role ?>
<tr><td><a href="/console/role?id=<?cs var:r.Id ?>"><?cs var:r.Name ?></a></td><td class="number"><?cs var:r.Code ?></td><td><?cs var:r.Org ?></td><td class="money"><?cs var:r.Rights ?></td></tr><?cs /each ?>
</tbody></table></div><?cs else ?><?cs call:empty(W.roles.empty) ?><?cs /if ?>
<?cs call:pages() ?>
<?cs call:page_end() ?>
