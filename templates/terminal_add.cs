<?cs include:"frame.cs" ?><?cs include:"macros.cs" ?><?cs call:page_begin(W.terminal_add.title) ?>
<nav class="crumbs" aria-label="<?cs var:W.terminal_add.above ?>"><a href="/console/terminals"><?cs var:W.terminal_add.all ?></a></nav>
<?cs if:Secret ?><h1><?cs var:W.terminal_add.made ?></h1>
<?cs call:secret(Terminal.No, Secret) ?>
<p><a class="btn btn-main" href="/console/terminal?id=<?cs var:Terminal.Id ?>"><?cs var:W.terminal_add.go_on ?></a> <a class="btn btn-plain" href="/console/terminal/add"><?cs var:W.terminal_add.another ?></a></p>
<?cs else ?><h1><?cs var:W.terminal_add.title ?></h1>
<?cs call:form_begin("/console/terminal/add") ?>
<?cs call:field(Form.terminal_no) ?>
<?cs call:field(Form.kind) ?>
<?cs call:field(Form.org_id) ?>
<?cs call:terminal_ops() ?>
<?cs call:field(Form.limit_txn) ?>
<?cs call:field(Form.limit_day) ?>
<?cs call:form_end(W.terminal_add.go, "/console/terminals") ?><?cs /if ?>
<?cs call:page_end() ?>
