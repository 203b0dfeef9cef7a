<?cs include:"frame.cs" ?><?cs include:"macros.cs" ?><?cs call:page_begin(Role.Name) ?>
<nav class="crumbs" aria-label="<?cs var:W.role.where ?>"><a href="/console/roles"><?cs var:W.role.all ?></a></nav>
<div class="head"><h1><?cs var:Role.Name ?></h1>
<?cs if:May.Change ?><div class="actions"><a class="btn btn-sm btn-plain" href="/console/role/change?id=<?cs var:Role.Id ?>"><?cs var:W.role.change ?></a>
<?cs if:May.Remove ?><a class="btn btn-sm btn-danger-plain" href="/console/role/remove?id=<?cs var:Role.Id ?>"><?cs var:W.role.remove ?></a><?cs /if ?></div><?cs /if ?></div>
<?cs if:WhyNot ?><p class="why"><?cs var:WhyNot ?></p><?cs elif:!May.Remove ?><p class="why"><?cs var:W.role.why_used ?></p><?cs /if ?>
<dl class="facts">
<div><dt><?cs var:W.role.code ?></dt><dd><?cs call:number(Role.Code) ?></dd></div>
<?cs call:fact(W.role.org, Role.Org) ?>
</dl>
<section aria-labelledby="s-rights"><h2 id="s-rights"><?cs var:W.role.rights ?></h2><?cs call:rights() ?></section>
<section aria-labelledby="s-holders"><h2 id="s-holders"><?cs var:W.role.holders ?></h2>
<?cs if:subcount(Holder) > 0 ?><div class="sheet" tabindex="0"><table class="table"><thead><tr><th scope="col"><?cs var:W.person.name ?></th><th scope="col"><?cs var:W.person.login ?></th><th scope="col"><?cs var:W.role.holds_at ?></th><th scope="col"><?cs var:W.role.since ?></th><th scope="col"><?cs var:W.role.state ?></th></tr></thead>
<tbody><?cs each:h = Holder ?><tr><td><a href="/console/user?id=<?cs var:h.Id ?>"><?cs var:h.Name ?></a></td><td class="number"><?cs var:h.Login ?></td><td><a href="/console/org?id=<?cs var:h.OrgId ?>"><?cs var:h.Org ?></a></td><td class="time"><?cs var:h.At ?></td><td><?cs call:enabled(h.Enabled) ?></td></tr>
<?cs /each ?></tbody></table></div><?cs call:pages() ?><?cs else ?><?cs call:empty(W.role.no_holders) ?><?cs /if ?></section>
<?cs call:history() ?>
<?cs call:page_end() ?>
