<?cs include:"frame.cs" ?><?cs include:"macros.cs" ?><?cs include:"cashier_frame.cs" ?><?cs call:till_begin(W.readings.title) ?>
<section class="till-who" aria-labelledby="s-round"><h2 id="s-round"><span class="number"><?cs var:Round.Route ?></span> <?cs var:Round.Name ?></h2>
<p class="round-period"><?cs var:W.readings.period ?> <?cs var:Round.Period ?></p>
<?cs call:progress(Round) ?>
<?cs if:Round.Waits ?><p class="till-warn"><?cs var:W.readings.waits_note ?></p><?cs call:button("/cashier/round/again?id=" + Round.Id, "", "", W.readings.again, "btn-plain") ?><?cs /if ?>
<?cs call:filters_begin() ?><?cs call:filter(Form.q) ?><?cs call:filter(Form.state) ?><div class="filter-end"><button type="submit" class="btn btn-sm btn-main"><?cs var:W.filter ?></button><?cs if:List.Filtered ?> <a class="btn btn-sm btn-plain" href="/cashier/round?id=<?cs var:Round.Id ?>"><?cs var:W.clear ?></a><?cs /if ?></div></form>
<p class="till-back"><a href="/cashier/readings"><?cs var:W.readings.rounds ?></a></p></section>
<section class="till-what" aria-labelledby="s-tasks"><h2 id="s-tasks"><?cs var:W.readings.tasks ?></h2>
<?cs if:Said ?><p class="till-warn" role="alert"><?cs var:Said ?></p><?cs /if ?>
<?cs if:subcount(Task) > 0 ?><form method="post" action="<?cs var:url_validate(Page.Here) ?>" data-once data-walk autocomplete="off"><input type="hidden" name="token" value="<?cs var:Page.Token ?>"><input type="hidden" name="trace" value="<?cs var:Trace ?>">
<ol class="reads"><?cs each:t = Task ?><li class="read" id="t<?cs var:t.Id ?>"><div class="read-who"><span class="read-place"><?cs var:t.Place ?></span> <span class="number"><?cs var:t.Meter ?></span> <?cs call:state(t.Kind, t.Word) ?><br><span class="number"><?cs var:t.Customer ?></span> <?cs var:t.Name ?><br><span class="read-where"><?cs var:t.Address ?></span></div>
<dl class="read-last"><?cs if:t.Last ?><div><dt><?cs var:W.readings.last ?></dt><dd><?cs var:t.Last ?></dd></div><?cs /if ?><?cs if:t.Usual ?><div><dt><?cs var:W.readings.usual ?></dt><dd><?cs var:t.Usual ?></dd></div><?cs /if ?><?cs if:t.Reading ?><div><dt><?cs var:W.readings.shown ?></dt><dd><strong><?cs var:t.Reading ?></strong></dd></div><?cs /if ?><?cs if:t.Used ?><div><dt><?cs var:W.readings.used ?></dt><dd><?cs var:t.Used ?></dd></div><?cs /if ?></dl>
<div class="read-now"><?cs if:t.May ?><label class="visually-hidden" for="read<?cs var:t.Id ?>"><?cs var:W.readings.shown ?> <?cs var:t.Meter ?></label><input class="form-control money<?cs if:t.Error ?> is-invalid<?cs /if ?>" type="text" inputmode="decimal" id="read<?cs var:t.Id ?>" name="read<?cs var:t.Id ?>" maxlength="14" value="<?cs var:t.Typed ?>" placeholder="<?cs var:W.readings.shown ?>" data-read data-focus<?cs if:t.Error ?> aria-invalid="true" aria-describedby="e<?cs var:t.Id ?>"<?cs /if ?>><?cs /if ?>
<?cs if:t.Note ?><p class="read-note"><?cs var:t.Note ?></p><?cs /if ?>
<?cs if:t.Error ?><p class="invalid-feedback d-block" id="e<?cs var:t.Id ?>"><?cs var:t.Error ?></p><?cs /if ?>
<?cs if:t.Odd ?><input type="hidden" name="ask<?cs var:t.Id ?>" value="<?cs var:t.Typed ?>"><label class="read-sure"><input class="form-check-input" type="checkbox" name="sure<?cs var:t.Id ?>" value="1"> <?cs var:W.readings.sure ?></label><?cs /if ?></div></li>
<?cs /each ?></ol>
<?cs if:Round.May ?><div class="till-go"><button type="submit" class="btn btn-main btn-lg"><?cs var:W.readings.upload ?></button><span class="form-text"><?cs var:W.readings.enter_note ?></span></div><?cs /if ?></form>
<?cs call:pages() ?>
<?cs else ?><p class="empty"><?cs if:List.Filtered ?><?cs var:W.readings.none_so ?> <a href="/cashier/round?id=<?cs var:Round.Id ?>"><?cs var:W.readings.all ?></a><?cs else ?><?cs var:W.readings.no_tasks ?><?cs /if ?></p><?cs /if ?></section>
<?cs call:till_keys() ?><?cs call:till_end() ?>
