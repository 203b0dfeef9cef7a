<?cs include:"frame.cs" ?><?cs include:"macros.cs" ?><?cs call:page_begin(W.org_rename.title) ?>
<nav class="crumbs" aria-label="<?cs var:W.org_rename.which ?>"><a href="/console/org?id=<?cs var:Org.Id ?>"><?cs var:Org.Name ?></a></nav>
<h1><?cs var:W.org_rename.title ?></h1>
<?cs set:action = "/console/org/rename?id=" + Org.Id ?><?cs set:back = "/console/org?id=" + Org.Id ?>
<?cs call:form_begin(action) ?>
<?cs call:field(Form.version) ?>
<?cs call:field(Form.name) ?>
<?cs call:form_end(W.save, back) ?>
<?cs call:page_end() ?>
