<?cs include:"frame.cs" ?><?cs include:"macros.cs" ?><?cs call:page_begin(W.role_remove.title) ?>
<nav class="crumbs" aria-label="<?cs var:W.role_remove.where ?>"><a href="/console/role?id=<?cs var:Role.Id ?>"><?cs var:Role.Name ?></a></nav>
<h1><?cs var:W.role_remove.title ?></h1>
<p class="question"><?cs var:W.role_remove.question ?></p>
<dl class="facts"><?cs call:fact(W.role_remove.name, Role.Name) ?><div><dt><?cs var:W.role_remove.code ?></dt><dd class="number"><?cs var:Role.Code ?></dd></div><?cs call:fact(W.role_remove.org, Role.Org) ?></dl>
<?cs set:action = "/console/role/remove?id=" + Role.Id ?><?cs set:back = "/console/role?id=" + Role.Id ?>
<?cs call:form_begin(action) ?>
<?cs call:field(Form.version) ?>
<?cs call:form_end_danger(W.role_remove.go, back) ?>
<?cs call:page_end() ?>
