<?cs include:"frame.cs" ?><?cs include:"macros.cs" ?><?cs call:page_begin(W.terminal_unbind.title) ?>
<nav class="crumbs" aria-label="<?cs var:W.terminal.no ?>"><a href="/console/terminal?id=<?cs var:Terminal.Id ?>"><?cs var:Terminal.No ?></a></nav>
<h1><?cs var:W.terminal_unbind.title ?></h1>
<p class="question"><?cs if:LastBound ?><?cs var:W.terminal_unbind.question_last ?><?cs else ?><?cs var:W.terminal_unbind.question ?><?cs /if ?></p>
<dl class="facts"><div><dt><?cs var:W.terminal.no ?></dt><dd class="number"><?cs var:Terminal.No ?></dd></div><?cs if:Operator.No ?><div><dt><?cs var:W.terminal_unbind.operator ?></dt><dd class="number"><?cs var:Operator.No ?></dd></div><?cs call:fact(W.terminal_unbind.name, Operator.Name) ?><?cs /if ?><?cs call:fact(W.terminal.org, Terminal.Org) ?></dl>
<?cs set:action = "/console/terminal/unbind?id=" + Terminal.Id ?><?cs set:back = "/console/terminal?id=" + Terminal.Id ?>
<?cs call:form_begin(action) ?>
<?cs if:Operator.No ?><input type="hidden" name="user_id" value="<?cs var:Operator.No ?>"><?cs else ?><?cs call:field(Form.user_id) ?><?cs /if ?>
<?cs call:form_end_danger(W.terminal_unbind.go, back) ?>
<?cs call:page_end() ?>
