<?cs include:"frame.cs" ?><?cs include:"macros.cs" ?><?cs call:page_begin(W.terminal_alter.title) ?>
<nav class="crumbs" aria-label="<?cs var:W.terminal.no ?>"><a href="/console/terminal?id=<?cs var:Terminal.Id ?>"><?cs var:Terminal.No ?></a></nav>
<h1><?cs var:W.terminal_alter.title ?></h1>
<dl class="facts"><div><dt><?cs var:W.terminal.no ?></dt><dd class="number"><?cs var:Terminal.No ?></dd></div><?cs call:fact(W.terminal.kind, Terminal.Kind) ?><?cs call:fact(W.terminal_alter.org_now, Terminal.Org) ?><?cs call:fact(W.terminal_alter.limit_txn_now, Terminal.LimitTxn) ?><?cs call:fact(W.terminal_alter.limit_day_now, Terminal.LimitDay) ?></dl>
<?cs set:action = "/console/terminal/alter?id=" + Terminal.Id ?><?cs set:back = "/console/terminal?id=" + Terminal.Id ?>
<?cs call:form_begin(action) ?>
<?cs call:field(Form.version) ?>
<?cs call:field(Form.org_id) ?>
<?cs call:terminal_ops() ?>
<?cs call:field(Form.limit_txn) ?>
<?cs call:field(Form.limit_day) ?>
<?cs call:form_end(W.save, back) ?>
<?cs call:page_end() ?>
