<?cs include:"frame.cs" ?><?cs include:"macros.cs" ?><?cs call:page_begin(W.who.title) ?>
<nav class="crumbs" aria-label="<?cs var:W.who.where ?>"><a href="/console/roles"><?cs var:W.who.all ?></a></nav>
<h1><?cs var:W.who.title ?></h1>
<p class="why"><?cs var:W.who.about ?></p>
<?cs call:filters_begin() ?>
<?cs call:filter(Form.user) ?>
<?cs call:filter(Form.right) ?>
<?cs call:filter(Form.org) ?>
<?cs call:filters_end() ?>
<?cs if:User.Id ?><section aria-labelledby="s-may"><h2 id="s-may"><a href="/console/user?id=<?cs var:User.Id ?>"><?cs var:User.Name ?></a> <?cs var:W.who.at ?> <?cs var:Place ?></h2>
<?cs if:User.Stopped ?><p class="alert alert-warning"><?cs var:W.who.stopped ?></p><?cs /if ?>
<?cs if:subcount(Line) > 0 ?><?cs call:rights() ?></section>
<section aria-labelledby="s-by"><h2 id="s-by"><?cs var:W.who.by ?></h2>
<div class="sheet" tabindex="0"><table class="table"><thead><tr><th scope="col"><?cs var:W.who.role ?></th><th scope="col"><?cs var:W.who.granted ?></th></tr></thead>
<tbody><?cs each:l = Line ?><tr><td><a href="/console/role?id=<?cs var:l.RoleId ?>"><?cs var:l.Role ?></a></td><td><?cs if:l.Org ?><?cs var:l.Org ?><?cs else ?><?cs var:W.role_above ?><?cs /if ?></td></tr><?cs /each ?></tbody></table></div></section>
<?cs else ?><?cs call:empty_plain(W.who.nothing) ?></section><?cs /if ?>
<?cs elif:Right ?><section aria-labelledby="s-who"><h2 id="s-who"><?cs var:Right ?> <?cs var:W.who.at ?> <?cs var:Place ?></h2>
<?cs if:subcount(Line) > 0 ?><div class="sheet" tabindex="0"><table class="table"><thead><tr><th scope="col"><?cs var:W.person.name ?></th><th scope="col"><?cs var:W.person.login ?></th><th scope="col"><?cs var:W.who.role ?></th><th scope="col"><?cs var:W.who.granted ?></th><th scope="col"><?cs var:W.who.state ?></th></tr></thead>
<tbody><?cs each:l = Line ?><tr><td><a href="/console/user?id=<?cs var:l.Id ?>"><?cs var:l.Name ?></a></td><td class="number"><?cs var:l.Login ?></td><td><a href="/console/role?id=<?cs var:l.RoleId ?>"><?cs var:l.Role ?></a></td><td><?cs if:l.Org ?><?cs var:l.Org ?><?cs else ?><?cs var:W.role_above ?><?cs /if ?></td><td><?cs call:enabled(l.Enabled) ?></td></tr><?cs /each ?></tbody></table></div><?cs else ?><?cs call:empty_plain(W.who.nobody) ?><?cs /if ?>
<?cs if:Unseen ?><p class="why"><?cs var:W.who.unseen ?> <?cs var:Unseen ?></p><?cs /if ?>
<?cs if:More ?><p class="why"><?cs var:W.who.more ?></p><?cs /if ?></section><?cs /if ?>
<?cs call:page_end() ?>
