<?cs include:"frame.cs" ?><?cs include:"macros.cs" ?><?cs call:page_begin(W.user_add.title) ?>
<nav class="crumbs" aria-label="<?cs var:W.user_add.above ?>"><a href="/console/users"><?cs var:W.user_add.all ?></a></nav>
<?cs if:First ?><h1><?cs var:W.user_add.made ?></h1>
<?cs call:first_password(User.Name, User.Login, First) ?>
<p><a class="btn btn-main" href="/console/user?id=<?cs var:User.Id ?>"><?cs var:W.user_add.go_on ?></a> <a class="btn btn-plain" href="/console/user/add"><?cs var:W.user_add.another ?></a></p>
<?cs else ?><h1><?cs var:W.user_add.title ?></h1>
<?cs call:form_begin("/console/user/add") ?>
<?cs call:field(Form.name) ?>
<?cs call:field(Form.login) ?>
<?cs call:field(Form.operator_no) ?>
<?cs call:field(Form.org_id) ?>
<?cs call:field(Form.role_id) ?>
<?cs call:field(Form.limit) ?>
<?cs call:form_end(W.user_add.go, "/console/users") ?><?cs /if ?>
<?cs call:page_end() ?>
