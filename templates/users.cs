<?cs include:"frame.cs" ?><?cs include:"macros.cs" ?><?cs call:page_begin(W.users.title) ?>
<div class="head"><h1><?cs var:W.users.title ?></h1>
<div class="actions"><?cs call:export_links() ?><?cs if:May.Add ?> <a class="btn btn-sm btn-main" href="/console/user/add"><?cs var:W.users.add ?></a><?cs /if ?></div></div>
<?cs call:filters_begin() ?>
<?cs call:filter(Form.q) ?>
<?cs call:filter(Form.org) ?>
<?cs call:filter(Form.role) ?>
<?cs call:filter(Form.state) ?>
<?cs call:filters_end() ?>
<?cs if:subcount(User) > 0 ?><div class="sheet" tabindex="0"><table class="table">
<thead><tr><th scope="col"><?cs var:W.users.name ?></th><?cs call:th_sort(List.Sort.login, W.users.login) ?><?cs call:th_sort(List.Sort.operator, W.users.operator) ?><th scope="col"><?cs var:W.users.belongs ?></th><th scope="col"><?cs var:W.users.role ?></th><th scope="col"><?cs var:W.users.state ?></th></tr></thead>
<tbody><?cs each:u = User ?>
<tr><td><a href="/console/user?id=<?cs var:u.Id ?>"><?cs var:u.Name ?></a></td><td class="number"><?cs var:u.Login ?></td><td class="number"><?cs var:u.Operator ?></td><td><?cs if:u.OrgId ?><a href="/console/org?id=<?cs var:u.OrgId ?>"><?cs var:u.Org ?></a><?cs else ?><?cs var:u.Org ?><?cs /if ?></td><td><?cs if:u.Roles ?><?cs var:u.Roles ?><?cs else ?><span class="none"><?cs var:W.none ?></span><?cs /if ?></td><td><?cs call:enabled(u.Enabled) ?></td></tr><?cs /each ?>
</tbody></table></div><?cs else ?><?cs call:empty(W.users.empty) ?><?cs /if ?>
<?cs call:pages() ?>
<?cs call:page_end() ?>
