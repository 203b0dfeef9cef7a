<?cs include:"frame.cs" ?><?cs include:"macros.cs" ?><?cs call:page_begin(W.role_change.title) ?>
<nav class="crumbs" aria-label="<?cs var:W.role_change.where ?>"><a href="/console/role?id=<?cs var:Role.Id ?>"><?cs var:Role.Name ?></a></nav>
<h1><?cs var:W.role_change.title ?></h1>
<?cs set:action = "/console/role/change?id=" + Role.Id ?><?cs set:back = "/console/role?id=" + Role.Id ?>
<?cs call:form_begin(action) ?>
<?cs call:field(Form.version) ?>
<?cs call:field(Form.name) ?>
<?cs call:rights_field(W.role_change.rights) ?>
<?cs call:form_end(W.save, back) ?>
<?cs call:page_end() ?>
