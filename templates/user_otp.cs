<?cs include:"frame.cs" ?><?cs include:"macros.cs" ?><?cs call:page_begin(W.user_otp.title) ?>
<nav class="crumbs" aria-label="<?cs var:W.user_otp.which ?>"><a href="/console/user?id=<?cs var:User.Id ?>"><?cs var:User.Name ?></a></nav>
<h1><?cs var:W.user_otp.title ?></h1>
<p class="question"><?cs var:W.user_otp.question ?></p>
<?cs call:person() ?>
<?cs set:action = "/console/user/otp?id=" + User.Id ?><?cs set:back = "/console/user?id=" + User.Id ?>
<?cs call:form_begin(action) ?>
<?cs call:field(Form.version) ?>
<?cs call:form_end(W.user_otp.go, back) ?>
<?cs call:page_end() ?>
