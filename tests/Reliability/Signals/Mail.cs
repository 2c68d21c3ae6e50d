using Cano.Reliability.Racing;
using Cano.Reliability.Starts;
using Cano.Testing;

namespace Cano.Reliability.Signals;

/// <summary>One random history of signals that are sent to an engine's runs. After each deed, or all of those
/// that were done at once, what was accepted was taken once or lies in an inbox.</summary>
/// <param name="chance">Draws it.</param>
/// <param name="isJournaled">Whether it is kept by the embedded journal.</param>
/// <param name="counts">Counts.</param>
internal sealed partial class Mail(Random chance, bool isJournaled, Counts counts)
{
    private readonly VirtualTime _clock = new();
    private readonly List<string> _story = [];
    private readonly List<Sending> _sent = [];
    private readonly List<RunEnd> _ends = [];
    private readonly Dictionary<string, Account> _accounts = [];
    private readonly Dictionary<string, int> _failures = [];
    private readonly bool _beginsAtOnce = isJournaled || chance.Next(2) == 0;
    private readonly int? _snapshotEvery = chance.Next(3) == 0 ? null : chance.Next(1, 5);
    private Home _home = null!;
    private ToldStore _told = null!;
    private SteppedIndex _store = null!;
    private CanoEngine _engine = null!;
    private Workflow<string> _workflow = null!;
    private int _letters;
    private int _now;

    private string Story => string.Join("\n  ", _story);

    /// <exception cref="Broken">A signal was lost, doubled, or taken out of turn.</exception>
    public void Run()
    {
        using var home = isJournaled ? new JournalHome(_clock, chance) : new Home(_clock);
        _home = home;
        for (var run = chance.Next(1, 4); run > 0; run--)
            _accounts.Add($"mail-{run}", new Account($"mail-{run}"));
        Open();
        for (var left = chance.Next(6, 41); left > 0; left--)
        {
            if (chance.Next(6) == 0)
                Race();
            else
                Do(Draw());
            Look();
        }

        Finish();
    }

    private void Open()
    {
        _home.Open();
        _told = new ToldStore(_home.Store, new Accounts(_accounts), _beginsAtOnce);
        _store = new SteppedIndex(_told, (IRunIndex)_home.Store);
        _store.Flow();
        var told = _told;
        _workflow = Mailing.Of((run, letter) => Called(told, run, letter), _snapshotEvery);
        var options = new CanoEngineOptions
        {
            TimeProvider = new SteppedTime(_clock, _store.Pool),
            Retention = Retention.Keep,
        };
        _engine = CanoEngine.OpenAsync(_store, options).GetAwaiter().GetResult();
        _engine.Add(_workflow);
        // From here on whatever is asked of the store waits for its turn: a seed draws the same again.
        _store.Hold();
        foreach (var (id, account) in _accounts)
            account.Recover(Summary(id)?.LastSequence ?? -1);
    }

    /// <exception cref="InvalidOperationException">The body is to fail.</exception>
    private void Called(ToldStore told, string run, Letter letter)
    {
        if (told.IsDead || _home.IsCut)
            return;
        _accounts[run].Call(letter);
        lock (_failures)
        {
            var left = _failures.GetValueOrDefault(run);
            _failures[run] = Math.Max(0, left - 1);
            if (left > 0)
                throw new InvalidOperationException("as it was told");
        }
    }

    private void Do(Action deed)
    {
        Begin();
        deed();
        Drain();
    }

    /// <summary>Several deeds at once, in an order that is drawn, store call by store call.</summary>
    private void Race()
    {
        counts.Add("races");
        Begin();
        var id = Any();
        var left = Enumerable.Range(0, chance.Next(2, 6)).Select(_ => DrawAtOnce(id)).ToList();
        Note("at once:");
        while (left.Count > 0 || _store.Waiting.Count > 0)
        {
            _now++;
            var choice = chance.Next(left.Count + _store.Waiting.Count);
            if (choice < left.Count)
            {
                left[choice]();
                left.RemoveAt(choice);
            }
            else
            {
                _store.Step(choice - left.Count);
            }

            Settle();
        }

        Note("all of them done");
    }

    private void Begin()
    {
        _now++;
        foreach (var account in _accounts.Values)
            account.Begin();
    }

    /// <summary>Nobody is told the answer of what a dead process was asked.</summary>
    private void Look()
    {
        if (_told.IsDead || _home.IsCut)
        {
            counts.Add("died in a call");
            Die(Death.PowerCut);
        }

        Check();
    }

    private void Die(Death death)
    {
        counts.Add(death == Death.Kill ? "kills" : "power cuts");
        _told.Die();
        Note($"dies: {death}");
        _ = _engine.DisposeAsync().AsTask();
        Drain();
        _home.Die(death);
        foreach (var sending in _sent.Where(one => one.Answer is null))
            sending.Answer = Sending.InDoubt;
        // Two writes of a plain store can be torn.
        if (!_beginsAtOnce)
            foreach (var account in _accounts.Values)
                account.MayBeginBare = true;
        Begin();
        Open();
        if (chance.Next(3) > 0)
            Resume();
        Drain();
    }

    private void Reopen()
    {
        counts.Add("reopenings");
        var closing = _engine.DisposeAsync().AsTask();
        Drain();
        if (_told.IsDead || _home.IsCut)
            return;
        Broken.Unless(closing.IsCompletedSuccessfully, $"closing is {closing.Status}:\n  {Story}");
        Note("closed and opened");
        _told.Die();
        _home.Close();
        Open();
    }

    /// <summary>Goes on with everything until all runs have ended. An engine is resumed once: from then on
    /// what is sent wakes its runs.</summary>
    private void Finish()
    {
        Do(Reopen);
        Look();
        lock (_failures)
            _failures.Clear();
        CanoEngine? resumed = null;
        for (var round = 0; _accounts.Any(one => one.Value.IsThere && !one.Value.IsClosed); round++)
        {
            Broken.Unless(round < 60, $"nobody takes a run to its end:\n  {Story}");
            if (_engine != resumed)
                Do(Resume);
            resumed = _engine;
            foreach (var (id, account) in _accounts)
                if (account.IsThere && !account.IsClosed)
                {
                    Do(() => Retry(id));
                    foreach (var name in Mailing.Names)
                        Do(() => Send(New(id, name, "done"), begins: false));
                }

            Do(() => _clock.Advance(TimeSpan.FromSeconds(20)));
            Look();
        }

        Do(Reopen);
        Look();
        foreach (var (id, account) in _accounts)
            CheckOrder(id, account);
    }

    private RunSummary? Summary(string id) =>
        _home.IsCut ? null : ((IRunIndex)_home.Store).FindAsync(id).AsTask().GetAwaiter().GetResult();

    /// <summary>Lets everything go on, in an order that is drawn.</summary>
    private void Drain()
    {
        for (Settle(); _store.Waiting.Count > 0; Settle())
            _store.Step(chance.Next(_store.Waiting.Count));
    }

    private void Settle()
    {
        QuietPool.Await(() => _told.IsAtRest);
        foreach (var sending in _sent.Where(one => one is { Answer: not null, AnsweredAt: 0 }))
            sending.AnsweredAt = _now;
    }

    private string Any() => _accounts.Keys.ElementAt(chance.Next(_accounts.Count));

    private void Note(string what) => _story.Add(what);
}
