<?cs include:"frame.cs" ?><?cs include:"macros.cs" ?><?cs call:page_begin(W.terminal_secret.title) ?>
<nav class="crumbs" aria-label="<?cs var:W.terminal.no ?>"><a href="/console/terminal?id=<?cs var:Terminal.Id ?>"><?cs var:Terminal.No ?></a></nav>
<h1><?cs var:W.terminal_secret.title ?></h1>
<?cs set:action = "/console/terminal/secret?id=" + Terminal.Id ?><?cs set:back = "/console/terminal?id=" + Terminal.Id ?>
<?cs if:Secret ?><?cs call:secret(Terminal.No, Secret) ?>
<p><a class="btn btn-main" href="/console/terminal?id=<?cs var:Terminal.Id ?>"><?cs var:W.terminal_secret.go_on ?></a></p>
<?cs else ?><p class="question"><?cs var:W.terminal_secret.question ?></p>
<?cs call:terminal() ?>
<?cs call:form_begin(action) ?>
<?cs call:field(Form.version) ?>
<?cs call:form_end_danger(W.terminal_secret.go, back) ?><?cs /if ?>
<?cs call:page_end() ?>
