<?cs include:"frame.cs" ?><?cs include:"macros.cs" ?><?cs if:Terminal.Enabled ?><?cs call:page_begin(W.terminal_enable.title_off) ?><?cs else ?><?cs call:page_begin(W.terminal_enable.title_on) ?><?cs /if ?>
<nav class="crumbs" aria-label="<?cs var:W.terminal.no ?>"><a href="/console/terminal?id=<?cs var:Terminal.Id ?>"><?cs var:Terminal.No ?></a></nav>
<h1><?cs if:Terminal.Enabled ?><?cs var:W.terminal_enable.title_off ?><?cs else ?><?cs var:W.terminal_enable.title_on ?><?cs /if ?></h1>
<p class="question"><?cs if:Terminal.Enabled ?><?cs var:W.terminal_enable.question_off ?><?cs else ?><?cs var:W.terminal_enable.question_on ?><?cs /if ?></p>
<?cs call:terminal() ?>
<?cs set:action = "/console/terminal/enable?id=" + Terminal.Id ?><?cs set:back = "/console/terminal?id=" + Terminal.Id ?>
<?cs call:form_begin(action) ?>
<?cs call:field(Form.version) ?>
<?cs call:field(Form.reason) ?>
<?cs if:Terminal.Enabled ?><?cs call:form_end_danger(W.terminal_enable.go_off, back) ?><?cs else ?><?cs call:form_end(W.terminal_enable.go_on, back) ?><?cs /if ?>
<?cs call:page_end() ?>
