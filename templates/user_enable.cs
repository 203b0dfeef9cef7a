<?cs include:"frame.cs" ?><?cs include:"macros.cs" ?><?cs if:User.Enabled ?><?cs call:page_begin(W.user_enable.title_off) ?><?cs else ?><?cs call:page_begin(W.user_enable.title_on) ?><?cs /if ?>
<nav class="crumbs" aria-label="<?cs var:W.user_enable.which ?>"><a href="/console/user?id=<?cs var:User.Id ?>"><?cs var:User.Name ?></a></nav>
<h1><?cs if:User.Enabled ?><?cs var:W.user_enable.title_off ?><?cs else ?><?cs var:W.user_enable.title_on ?><?cs /if ?></h1>
<p class="question"><?cs if:User.Enabled ?><?cs var:W.user_enable.question_off ?><?cs else ?><?cs var:W.user_enable.question_on ?><?cs /if ?></p>
<?cs call:person() ?>
<?cs set:action = "/console/user/enable?id=" + User.Id ?><?cs set:back = "/console/user?id=" + User.Id ?>
<?cs call:form_begin(action) ?>
<?cs call:field(Form.version) ?>
<?cs call:field(Form.reason) ?>
<?cs if:User.Enabled ?><?cs call:form_end_danger(W.user_enable.go_off, back) ?><?cs else ?><?cs call:form_end(W.user_enable.go_on, back) ?><?cs /if ?>
<?cs call:page_end() ?>
