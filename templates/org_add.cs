<?cs include:"frame.cs" ?><?cs include:"macros.cs" ?><?cs call:page_begin(W.org_add.title) ?>
<nav class="crumbs" aria-label="<?cs var:W.org_add.below ?>"><a href="/console/org?id=<?cs var:Above.Id ?>"><?cs var:Above.Name ?></a></nav>
<h1><?cs var:W.org_add.title ?></h1>
<?cs set:action = "/console/org/add?id=" + Above.Id ?><?cs set:back = "/console/org?id=" + Above.Id ?>
<?cs call:form_begin(action) ?>
<?cs call:field(Form.name) ?>
<?cs call:field(Form.code) ?>
<?cs call:field(Form.kind) ?>
<?cs call:field(Form.limit) ?>
<?cs call:form_end(W.org_add.go, back) ?>
<?cs call:page_end() ?>
