<?cs include:"frame.cs" ?><?cs include:"macros.cs" ?><?cs call:page_begin(W.role_add.title) ?>
<nav class="crumbs" aria-label="<?cs var:W.role_add.where ?>"><a href="/console/roles"><?cs var:W.role_add.all ?></a></nav>
<h1><?cs var:W.role_add.title ?></h1>
<?cs call:form_begin("/console/role/add") ?>
<?cs call:field(Form.name) ?>
<?cs call:field(Form.code) ?>
<?cs call:field(Form.org) ?>
<?cs call:rights_field(W.role_add.rights) ?>
<?cs call:form_end(W.role_add.go, "/console/roles") ?>
<?cs call:page_end() ?>
