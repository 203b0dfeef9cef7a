<?cs include:"frame.cs" ?><?cs include:"macros.cs" ?><?cs call:page_begin(W.param_change.title) ?>
<nav class="crumbs" aria-label="<?cs var:W.param_change.above ?>"><a href="/console/params?org=<?cs var:url_escape(Param.OrgCode) ?>"><?cs var:W.param_change.all ?> · <?cs var:Param.Org ?></a> / <a href="/console/param?name=<?cs var:Param.Key ?>&amp;org=<?cs var:url_escape(Param.OrgCode) ?>"><?cs var:Param.Name ?></a></nav>
<h1><?cs var:Param.Name ?></h1>
<p><?cs var:Param.Help ?></p>
<dl class="facts"><?cs call:fact(W.param_change.org, Param.Org) ?><?cs call:fact(W.param_change.now, Param.Value) ?><?cs call:fact(W.param_change.standard, Param.Default) ?><?cs if:Param.Range ?><?cs call:fact(W.param_change.range, Param.Range) ?><?cs /if ?></dl>
<?cs set:action = "/console/param/change?name=" + Param.Key + "&org=" + Param.OrgCode ?><?cs set:back = "/console/param?name=" + Param.Key + "&org=" + Param.OrgCode ?>
<?cs call:form_begin(action) ?>
<?cs call:field(Form.version) ?>
<?cs call:field(Form.value) ?>
<?cs call:form_end(W.save, back) ?>
<?cs if:Param.Set ?><section aria-labelledby="s-clear"><h2 id="s-clear"><?cs var:W.param_change.clear ?></h2>
<p><?cs var:W.param_change.clear_help ?> <strong><?cs var:Param.Inherited ?></strong></p>
<form method="post" action="<?cs var:url_validate(action) ?>" data-once><input type="hidden" name="token" value="<?cs var:Page.Token ?>"><input type="hidden" name="version" value="<?cs var:Form.version.Value ?>"><button type="submit" class="btn btn-plain" name="clear" value="1"><?cs var:W.param_change.clear ?></button></form></section><?cs /if ?>
<?cs call:page_end() ?>
