<?cs include:"frame.cs" ?><?cs include:"macros.cs" ?><?cs call:page_begin(W.terminal_bind.title) ?>
<nav class="crumbs" aria-label="<?cs var:W.terminal.no ?>"><a href="/console/terminal?id=<?cs var:Terminal.Id ?>"><?cs var:Terminal.No ?></a></nav>
<h1><?cs var:W.terminal_bind.title ?></h1>
<?cs if:!Bound ?><p class="question"><?cs var:W.terminal_bind.first ?></p><?cs /if ?>
<?cs call:terminal() ?>
<?cs set:action = "/console/terminal/bind?id=" + Terminal.Id ?><?cs set:back = "/console/terminal?id=" + Terminal.Id ?>
<?cs call:form_begin(action) ?>
<?cs call:field(Form.user_id) ?>
<?cs call:form_end(W.terminal_bind.go, back) ?>
<?cs call:page_end() ?>
