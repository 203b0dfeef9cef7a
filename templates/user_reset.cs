<?cs include:"frame.cs" ?><?cs include:"macros.cs" ?><?cs call:page_begin(W.user_reset.title) ?>
<nav class="crumbs" aria-label="<?cs var:W.user_reset.which ?>"><a href="/console/user?id=<?cs var:User.Id ?>"><?cs var:User.Name ?></a></nav>
<h1><?cs var:W.user_reset.title ?></h1>
<?cs set:action = "/console/user/reset?id=" + User.Id ?><?cs set:back = "/console/user?id=" + User.Id ?>
<?cs if:First ?><?cs call:first_password(User.Name, User.Login, First) ?>
<p><a class="btn btn-main" href="/console/user?id=<?cs var:User.Id ?>"><?cs var:W.user_reset.go_on ?></a></p>
<?cs else ?><p class="question"><?cs var:W.user_reset.question ?></p>
<?cs call:person() ?>
<?cs call:form_begin(action) ?>
<?cs call:field(Form.version) ?>
<?cs call:form_end(W.user_reset.go, back) ?><?cs /if ?>
<?cs call:page_end() ?>
