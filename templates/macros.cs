<?cs # What pages are put together from: forms, fields, lists, states, facts. ?>
<?cs # --- forms: form_begin(path) … field(Form.name) … form_end(label of the button, path back) ?>
<?cs def:form_begin(path) ?><form method="post" action="<?cs var:url_validate(path) ?>" class="form" data-once>
<input type="hidden" name="token" value="<?cs var:Page.Token ?>">
<?cs if:FormError ?><div class="alert alert-danger" role="alert"><?cs var:FormError ?></div><?cs elif:FormBad ?><div class="alert alert-danger" role="alert"><?cs var:W.form_bad ?></div><?cs /if ?><?cs /def ?>
<?cs # The same for a form with a file. ?>
<?cs def:form_begin_file(path) ?><form method="post" enctype="multipart/form-data" action="<?cs var:url_validate(path) ?>" class="form" data-once>
<input type="hidden" name="token" value="<?cs var:Page.Token ?>">
<?cs if:FormError ?><div class="alert alert-danger" role="alert"><?cs var:FormError ?></div><?cs /if ?><?cs /def ?>
<?cs def:form_end(label, back) ?><div class="form-end"><button type="submit" class="btn btn-main"><?cs var:label ?></button><?cs if:back ?> <a class="btn btn-plain" href="<?cs var:url_validate(back) ?>"><?cs var:W.cancel ?></a><?cs /if ?></div>
</form><?cs /def ?>
<?cs # The same for what cannot be undone easily: the button is red. ?>
<?cs def:form_end_danger(label, back) ?><div class="form-end"><button type="submit" class="btn btn-danger"><?cs var:label ?></button> <a class="btn btn-plain" href="<?cs var:url_validate(back) ?>"><?cs var:W.cancel ?></a></div>
</form><?cs /def ?>
<?cs def:hints(f) ?><?cs if:f.Error || f.Help ?> aria-describedby="<?cs if:f.Error ?>e-<?cs var:f.Name ?><?cs /if ?><?cs if:f.Error && f.Help ?> <?cs /if ?><?cs if:f.Help ?>h-<?cs var:f.Name ?><?cs /if ?>"<?cs /if ?><?cs if:f.Error ?> aria-invalid="true"<?cs /if ?><?cs if:f.Required ?> required<?cs /if ?><?cs /def ?>
<?cs def:notes(f) ?><?cs if:f.Error ?><div class="invalid-feedback d-block" id="e-<?cs var:f.Name ?>"><?cs var:f.Error ?></div><?cs /if ?><?cs if:f.Help ?><div class="form-text" id="h-<?cs var:f.Name ?>"><?cs var:f.Help ?></div><?cs /if ?><?cs /def ?>
<?cs def:field(f) ?><?cs if:f.Kind == "hidden" ?><input type="hidden" name="<?cs var:f.Name ?>" value="<?cs var:f.Value ?>">
<?cs elif:f.Kind == "flag" ?><div class="field form-check"><input class="form-check-input" type="checkbox" id="f-<?cs var:f.Name ?>" name="<?cs var:f.Name ?>" value="1"<?cs if:f.Value ?> checked<?cs /if ?><?cs call:hints(f) ?>>
<label class="form-check-label" for="f-<?cs var:f.Name ?>"><?cs var:f.Label ?></label>
<?cs call:notes(f) ?></div>
<?cs else ?><div class="field"><label class="form-label" for="f-<?cs var:f.Name ?>"><?cs var:f.Label ?><?cs if:!f.Required && f.Kind != "choice" ?> <span class="optional"><?cs var:W.optional ?></span><?cs /if ?></label>
<?cs if:f.Kind == "choice" ?><select class="form-select<?cs if:f.Error ?> is-invalid<?cs /if ?>" id="f-<?cs var:f.Name ?>" name="<?cs var:f.Name ?>"<?cs call:hints(f) ?>>
<?cs if:!f.Value ?><option value=""><?cs var:W.choose ?></option><?cs /if ?>
<?cs each:c = f.Choice ?><option value="<?cs var:c.Value ?>"<?cs if:c.Selected ?> selected<?cs /if ?>><?cs var:c.Label ?></option>
<?cs /each ?></select>
<?cs elif:f.Kind == "text" ?><textarea class="form-control<?cs if:f.Error ?> is-invalid<?cs /if ?>" rows="3" id="f-<?cs var:f.Name ?>" name="<?cs var:f.Name ?>"<?cs if:f.Most ?> maxlength="<?cs var:f.Most ?>"<?cs /if ?><?cs call:hints(f) ?>><?cs var:f.Value ?></textarea>
<?cs elif:f.Kind == "secret" ?><input class="form-control<?cs if:f.Error ?> is-invalid<?cs /if ?>" type="password" id="f-<?cs var:f.Name ?>" name="<?cs var:f.Name ?>" autocomplete="<?cs if:f.Name == "password" && Page.Name != "signin" || f.Name == "again" ?>new-password<?cs else ?>current-password<?cs /if ?>"<?cs if:f.Most ?> maxlength="<?cs var:f.Most ?>"<?cs /if ?><?cs call:hints(f) ?>>
<?cs elif:f.Kind == "money" ?><div class="input-group"><span class="input-group-text" aria-hidden="true">¥</span><input class="form-control money<?cs if:f.Error ?> is-invalid<?cs /if ?>" type="text" inputmode="decimal" id="f-<?cs var:f.Name ?>" name="<?cs var:f.Name ?>" value="<?cs var:f.Value ?>" autocomplete="off"<?cs call:hints(f) ?>></div>
<?cs elif:f.Kind == "date" ?><input class="form-control short<?cs if:f.Error ?> is-invalid<?cs /if ?>" type="date" id="f-<?cs var:f.Name ?>" name="<?cs var:f.Name ?>" value="<?cs var:f.Value ?>"<?cs call:hints(f) ?>>
<?cs elif:f.Kind == "int" ?><input class="form-control short<?cs if:f.Error ?> is-invalid<?cs /if ?>" type="text" inputmode="numeric" id="f-<?cs var:f.Name ?>" name="<?cs var:f.Name ?>" value="<?cs var:f.Value ?>" autocomplete="off"<?cs call:hints(f) ?>>
<?cs else ?><input class="form-control<?cs if:f.Error ?> is-invalid<?cs /if ?>" type="text" id="f-<?cs var:f.Name ?>" name="<?cs var:f.Name ?>" value="<?cs var:f.Value ?>" autocomplete="<?cs if:f.Name == "login" ?>username<?cs else ?>off<?cs /if ?>"<?cs if:f.Most ?> maxlength="<?cs var:f.Most ?>"<?cs /if ?><?cs call:hints(f) ?>>
<?cs /if ?><?cs call:notes(f) ?></div>
<?cs /if ?><?cs /def ?>
<?cs # A form that is one button: button(path, name, value, label, class). ?>
<?cs def:button(path, name, value, label, class) ?><form method="post" action="<?cs var:url_validate(path) ?>" class="inline" data-once><input type="hidden" name="token" value="<?cs var:Page.Token ?>"><?cs if:name ?><input type="hidden" name="<?cs var:name ?>" value="<?cs var:value ?>"><?cs /if ?><button type="submit" class="btn btn-sm <?cs var:class ?>"><?cs var:label ?></button></form><?cs /def ?>
<?cs # --- lists: filters_begin() … filter(Form.name) … filters_end(); th_sort(List.Sort.name, label); pages(). ?>
<?cs def:filters_begin() ?><form method="get" action="<?cs var:Page.Path ?>" class="filters"><?cs if:List.Given.Id ?><input type="hidden" name="id" value="<?cs var:List.Given.Id ?>"><?cs /if ?><?cs if:List.Given.Sort ?><input type="hidden" name="sort" value="<?cs var:List.Given.Sort ?>"><?cs /if ?><?cs /def ?>
<?cs def:filter(f) ?><div class="filter"><label for="f-<?cs var:f.Name ?>"><?cs var:f.Label ?></label>
<?cs if:f.Kind == "choice" ?><select class="form-select form-select-sm" id="f-<?cs var:f.Name ?>" name="<?cs var:f.Name ?>"><option value=""><?cs var:W.all ?></option><?cs each:c = f.Choice ?><option value="<?cs var:c.Value ?>"<?cs if:c.Selected ?> selected<?cs /if ?>><?cs var:c.Label ?></option><?cs /each ?></select>
<?cs else ?><input class="form-control form-control-sm<?cs if:f.Error ?> is-invalid<?cs /if ?>" type="<?cs if:f.Kind == "date" ?>date<?cs else ?>text<?cs /if ?>" id="f-<?cs var:f.Name ?>" name="<?cs var:f.Name ?>" value="<?cs var:f.Value ?>" autocomplete="off"><?cs /if ?><?cs if:f.Error ?><div class="invalid-feedback d-block"><?cs var:f.Error ?></div><?cs /if ?></div><?cs /def ?>
<?cs def:filters_go() ?><div class="filter-end"><button type="submit" class="btn btn-sm btn-main"><?cs var:W.filter ?></button><?cs if:List.Filtered ?> <a class="btn btn-sm btn-plain" href="<?cs var:Page.Path ?><?cs if:List.Given.Id ?>?id=<?cs var:url_escape(List.Given.Id) ?><?cs /if ?>"><?cs var:W.clear ?></a><?cs /if ?></div><?cs /def ?>
<?cs def:filters_end() ?><?cs call:filters_go() ?></form><?cs /def ?>
<?cs # Dates that are often wanted, set by gt_list_ranges(). ?>
<?cs def:ranges() ?><nav class="ranges" aria-label="<?cs var:W.range.dates ?>"><?cs each:r = Range ?><a href="<?cs var:url_validate(r.Href) ?>"<?cs if:r.Here ?> aria-current="true"<?cs /if ?>><?cs var:r.Label ?></a> <?cs /each ?></nav><?cs /def ?>
<?cs def:th_sort(sort, label) ?><th scope="col" aria-sort="<?cs var:sort.Dir ?>"><a href="<?cs var:url_validate(sort.Href) ?>"><?cs var:label ?></a></th><?cs /def ?>
<?cs def:pages() ?><?cs if:List.First || List.Next ?><nav class="pages" aria-label="<?cs var:W.pages ?>"><?cs if:List.First ?><a class="btn btn-sm btn-plain" href="<?cs var:url_validate(List.First) ?>"><?cs var:W.first_page ?></a><?cs /if ?><?cs if:List.Next ?> <a class="btn btn-sm btn-plain" href="<?cs var:url_validate(List.Next) ?>" rel="next"><?cs var:W.next_page ?></a><?cs /if ?></nav><?cs /if ?><?cs /def ?>
<?cs # The list as a file, set by gt_export_show(); XLSX may come back with a message. ?>
<?cs def:export_links() ?><?cs if:Export.Csv ?><a class="btn btn-sm btn-plain" href="<?cs var:url_validate(Export.Csv) ?>" download><?cs var:W.export_csv ?></a> <a class="btn btn-sm btn-plain" href="<?cs var:url_validate(Export.Xlsx) ?>"><?cs var:W.export_xlsx ?></a><?cs /if ?><?cs /def ?>
<?cs def:exports() ?><?cs if:Export.Csv ?><div class="actions"><?cs call:export_links() ?></div><?cs /if ?><?cs /def ?>
<?cs # Why a list is empty, and what to do first. ?>
<?cs def:empty(text) ?><p class="empty"><?cs if:List.Filtered ?><?cs var:W.nothing_found ?><?cs else ?><?cs var:text ?><?cs /if ?></p><?cs /def ?>
<?cs # --- states: one colour and always the word.  Kinds: posted pending doubt declined reversed error. ?>
<?cs def:state(kind, word) ?><span class="state state-<?cs var:kind ?>"><?cs var:word ?></span><?cs /def ?>
<?cs # A long number that can be copied. ?>
<?cs def:number(text) ?><span class="number"><?cs var:text ?></span> <button type="button" class="copy" data-copy="<?cs var:text ?>" aria-label="<?cs var:W.copy ?> <?cs var:text ?>"><span aria-hidden="true"></span></button><?cs /def ?>
<?cs # A fact in a <dl class="facts">. ?>
<?cs def:fact(label, text) ?><div><dt><?cs var:label ?></dt><dd><?cs if:text ?><?cs var:text ?><?cs else ?><span class="none"><?cs var:W.none ?></span><?cs /if ?></dd></div><?cs /def ?>
<?cs # What stands in the way of moving or disabling an organisation, set by gt_hindrance_show(). ?>
<?cs def:hindrances() ?><?cs if:Open.Txns ?><?cs call:fact(W.open.txns, Open.Txns) ?><?cs /if ?><?cs if:Open.Shifts ?><?cs call:fact(W.open.shifts, Open.Shifts) ?><?cs /if ?><?cs if:Open.Slips ?><?cs call:fact(W.open.slips, Open.Slips) ?><?cs /if ?><?cs if:Open.Batches ?><?cs call:fact(W.open.batches, Open.Batches) ?><?cs /if ?><?cs if:Open.Unremitted ?><?cs call:fact(W.open.unremitted, "¥" + Open.Unremitted) ?><?cs /if ?><?cs if:Open.Safe ?><?cs call:fact(W.open.safe, "¥" + Open.Safe) ?><?cs /if ?><?cs if:Open.Deposit ?><?cs call:fact(W.open.deposit, "¥" + Open.Deposit) ?><?cs /if ?><?cs /def ?>
<?cs # What was before and after, of a row of the operation log. ?>
<?cs def:detail(h) ?><?cs if:subcount(h.Part) > 0 ?><?cs each:p = h.Part ?><span class="part"><span class="part-name"><?cs var:p.Name ?></span> <?cs if:p.Before ?><del><?cs var:p.Before ?></del> → <?cs /if ?><?cs var:p.After ?></span> <?cs /each ?><?cs if:h.Reason ?><span class="part"><?cs var:h.Reason ?></span><?cs /if ?><?cs else ?><?cs var:h.Detail ?><?cs /if ?><?cs /def ?>
<?cs # The same for a figure, which may be 0. ?>
<?cs def:figure(label, text) ?><div><dt><?cs var:label ?></dt><dd><?cs var:text ?></dd></div><?cs /def ?>
<?cs # The history of an object: a table of History. ?>
<?cs def:history() ?><section aria-labelledby="s-history"><h2 id="s-history"><?cs var:W.history ?></h2>
<?cs if:subcount(History) > 0 ?><div class="sheet" tabindex="0"><table class="table"><thead><tr><th scope="col"><?cs var:W.when ?></th><th scope="col"><?cs var:W.who ?></th><th scope="col"><?cs var:W.what ?></th><th scope="col"><?cs var:W.detail ?></th></tr></thead><tbody>
<?cs each:h = History ?><tr><td class="time"><?cs var:h.At ?></td><td><?cs var:h.Who ?></td><td><?cs var:h.What ?></td><td class="text"><?cs call:detail(h) ?></td></tr>
<?cs /each ?></tbody></table></div><?cs else ?><p class="empty"><?cs var:W.no_history ?></p><?cs /if ?></section><?cs /def ?>
<?cs # Whether something is enabled. ?>
<?cs def:enabled(yes) ?><?cs if:yes ?><?cs call:state("posted", W.state.enabled) ?><?cs else ?><?cs call:state("declined", W.state.disabled) ?><?cs /if ?><?cs /def ?>
<?cs # Who it is about, above a question: User. ?>
<?cs def:person() ?><dl class="facts"><?cs call:fact(W.person.name, User.Name) ?><div><dt><?cs var:W.person.login ?></dt><dd class="number"><?cs var:User.Login ?></dd></div>
<div><dt><?cs var:W.person.operator ?></dt><dd class="number"><?cs var:User.Operator ?></dd></div><?cs call:fact(W.person.org, User.Org) ?></dl><?cs /def ?>
<?cs # A first password, this once. ?>
<?cs def:first_password(name, login, password) ?><div class="alert alert-success" role="status"><?cs var:W.first.shown_once ?></div>
<dl class="facts"><?cs call:fact(W.person.name, name) ?><div><dt><?cs var:W.person.login ?></dt><dd class="number"><?cs var:login ?></dd></div></dl>
<p class="secret"><?cs var:W.first.password ?> <?cs call:number(password) ?></p><?cs /def ?>
<?cs # Why there is nothing, whatever was filtered. ?>
<?cs def:empty_plain(text) ?><p class="empty"><?cs var:text ?></p><?cs /def ?>
<?cs # Rights in their groups: those that are held, the others faint. ?>
<?cs def:rights() ?><div class="rights"><?cs each:g = Group ?><div><h3><?cs var:g.Name ?></h3><ul><?cs each:r = g.Right ?>
<li<?cs if:!r.Has ?> class="lacking"<?cs /if ?>><span aria-hidden="true"><?cs if:r.Has ?>✓<?cs else ?>–<?cs /if ?></span> <?cs var:r.Name ?><?cs if:!r.Has ?> <span class="visually-hidden"><?cs var:W.lacking ?></span><?cs /if ?></li><?cs /each ?></ul></div><?cs /each ?></div><?cs /def ?>
<?cs # The same to tick. ?>
<?cs def:rights_field(legend) ?><fieldset class="field"><legend class="form-label"><?cs var:legend ?></legend>
<div class="form-text"><?cs var:W.rights_help ?></div>
<div class="rights"><?cs each:g = Group ?><div role="group" aria-labelledby="g-<?cs name:g ?>"><h3 id="g-<?cs name:g ?>"><?cs var:g.Name ?></h3><?cs each:r = g.Right ?>
<div class="form-check"><input class="form-check-input" type="checkbox" id="r-<?cs var:r.Key ?>" name="rights" value="<?cs var:r.Key ?>"<?cs if:r.Has ?> checked<?cs /if ?><?cs if:r.Closed ?> disabled<?cs /if ?>><label class="form-check-label" for="r-<?cs var:r.Key ?>"><?cs var:r.Name ?></label></div><?cs /each ?></div><?cs /each ?></div></fieldset><?cs /def ?>
<?cs # Which terminal it is about, above a question: Terminal. ?>
<?cs def:terminal() ?><dl class="facts"><div><dt><?cs var:W.terminal.no ?></dt><dd class="number"><?cs var:Terminal.No ?></dd></div><?cs call:fact(W.terminal.kind, Terminal.Kind) ?><?cs call:fact(W.terminal.org, Terminal.Org) ?></dl><?cs /def ?>
<?cs # A terminal's secret, this once. ?>
<?cs def:secret(no, text) ?><div class="alert alert-success" role="status"><?cs var:W.terminal.shown_once ?></div>
<dl class="facts"><div><dt><?cs var:W.terminal.no ?></dt><dd class="number"><?cs var:no ?></dd></div></dl>
<p class="secret"><?cs var:W.terminal.secret ?> <?cs call:number(text) ?></p><?cs /def ?>
<?cs # The boxes of what a terminal may do: Form.op_…. ?>
<?cs def:terminal_ops() ?><fieldset class="boxes"><legend><?cs var:W.terminal.ops ?></legend>
<?cs call:field(Form.op_pay) ?><?cs call:field(Form.op_recharge) ?><?cs call:field(Form.op_open) ?><?cs call:field(Form.op_replace) ?><?cs call:field(Form.op_rewrite) ?><?cs call:field(Form.op_reverse) ?><?cs call:field(Form.op_reading) ?></fieldset><?cs /def ?>
<?cs # How much of a credit is used, as a bar: what is unremitted, what is held, what is left. ?>
<?cs def:credit_bar(a) ?><svg class="credit-bar" viewBox="0 0 1000 12" preserveAspectRatio="none" role="img" aria-label="<?cs var:W.credit_used ?> <?cs var:a.Bar.Percent ?>%"><rect class="bar-free" x="0" y="0" width="1000" height="12"/><rect class="bar-used" x="0" y="0" width="<?cs var:a.Bar.Used ?>" height="12"/><rect class="bar-held" x="<?cs var:a.Bar.HeldAt ?>" y="0" width="<?cs var:a.Bar.Held ?>" height="12"/></svg><?cs /def ?>
<?cs def:account_state(a) ?><?cs if:a.Suspended ?><?cs call:state("error", W.account_suspended) ?><?cs elif:a.Warns ?><?cs call:state("doubt", W.account_warns) ?><?cs else ?><?cs call:state("posted", W.account_ok) ?><?cs /if ?><?cs /def ?>
<?cs # What is asked for, in a line. ?>
<?cs def:figures(a) ?><?cs each:f = a.Figure ?><span class="figure"><?cs var:f.Name ?> <?cs if:f.Before ?>¥<?cs var:f.Before ?> → <?cs /if ?><strong><?cs if:f.Plain ?><?cs var:f.Plain ?><?cs else ?>¥<?cs var:f.After ?><?cs /if ?></strong></span> <?cs /each ?><?cs /def ?>
<?cs # Attachments, set by gt_attached_show(); and the field for one more. ?>
<?cs def:attached() ?><ul class="attached"><?cs each:a = Attached ?><li><?cs if:a.Picture ?><a href="<?cs var:url_validate(a.Href) ?>"><img src="<?cs var:url_validate(a.Href) ?>" alt="<?cs var:a.Name ?>" loading="lazy"></a><?cs /if ?><div><a href="<?cs var:url_validate(a.Href) ?>"><?cs var:a.Name ?></a> <span class="none"><?cs var:a.Kind ?> · <?cs var:a.Size ?> KB · <?cs var:a.At ?></span></div></li><?cs /each ?></ul><?cs /def ?>
<?cs def:attach_field(label, help) ?><div class="field"><label class="form-label" for="f-file"><?cs var:label ?></label>
<input class="form-control" type="file" id="f-file" name="file" accept=".png,.jpg,.jpeg,.pdf,image/png,image/jpeg,application/pdf" required aria-describedby="h-file">
<div class="form-text" id="h-file"><?cs var:help ?></div></div><?cs /def ?>
