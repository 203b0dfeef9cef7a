<?cs include:"frame.cs" ?><?cs include:"macros.cs" ?><?cs call:page_begin(W.user_rename.title) ?>
<nav class="crumbs" aria-label="<?cs var:W.user_rename.which ?>"><a href="/console/user?id=<?cs var:User.Id ?>"><?cs var:User.Name ?></a></nav>
<h1><?cs var:W.user_rename.title ?></h1>
<?cs set:action = "/console/user/rename?id=" + User.Id ?><?cs set:back = "/console/user?id=" + User.Id ?>
<?cs call:form_begin(action) ?>
<?cs call:field(Form.version) ?>
<?cs call:field(Form.name) ?>
<?cs call:form_end(W.save, back) ?>
<?cs call:page_end() ?>
