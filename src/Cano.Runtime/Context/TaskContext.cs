using Cano.Kernel;
using Cano.Runtime.Context;
using Cano.Runtime.Data;
using Cano.Runtime.Scope;
using Microsoft.Extensions.Logging;

namespace Cano;

/// <summary>What a task's body may look at and use. Valid until the body returns.</summary>
public sealed partial class TaskContext
{
    private const char BranchPart = 'b';
    private const char UndoPart = 'u';

    private readonly RunScope _run;
    private BodyData? _data;
    private string? _branch;
    private SplitEnding? _split;
    private long _visit;
    private int _state = -1;
    private char _part;
    private long _partIndex;

    internal TaskContext(RunScope run) => _run = run;

    /// <summary>The run's resources: shared ones, and those made for this run.</summary>
    public Resources Resources => HasStore ? Data.ResourcesOf(_run) : _run.Resources;

    /// <summary>The resource under a key.</summary>
    /// <exception cref="CanoException">`resource_not_found` or `resource_type_mismatch`.</exception>
    public T Get<T>(string key) => IsStore<T>(key) ? (T)(object)Store : _run.Resources.Get<T>(key);

    /// <summary>The resource under a key.</summary>
    /// <exception cref="CanoException">`resource_not_found` or `resource_type_mismatch`.</exception>
    public T Get<T>(Enum key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return IsStore<T>(key.ToString()) ? (T)(object)Store : _run.Resources.Get<T>(key);
    }

    /// <summary>The store under the key "store": insert <see cref="MemoryStore.Durable"/> there to have its
    /// data journaled and restored with the run, a new <see cref="MemoryStore"/> to share it among all runs
    /// of this process.</summary>
    /// <exception cref="CanoException">`resource_not_found` when there is none.</exception>
    public MemoryStore Store => _data?.Opened ?? Data.Open(_run);

    /// <summary>The run's id. A run that was started without one draws it when it is first asked
    /// for.</summary>
    public string RunId => _run.RunId;

    /// <summary>The stable name of the state.</summary>
    public string State => _state < 0 ? "" : _run.Plan.NameOf(_state);

    /// <summary>The state, with what it carries in a workflow over the cases of a union: of a compensation
    /// what it carried when its step completed.</summary>
    /// <exception cref="CanoException">`workflow`: the workflow has states of another type, or what this one
    /// carries cannot be read.</exception>
    public TState StateAs<TState>()
        where TState : notnull =>
        _run.StateOf(_state, _data?.Carried ?? StateData.None) is TState state
            ? state
            : throw new CanoException(
                CanoError.Of(Fault.NewWorkflow($"state '{State}' is no `{TypeNames.Of(typeof(TState))}`"))
            );

    /// <summary>Which attempt this is, from 1.</summary>
    public int Attempt { get; private set; } = 1;

    /// <summary>Which time the body of a poll asks, counted by this context: higher each time.</summary>
    internal int Ask { get; private set; }

    internal void BeginAsk() => Ask++;

    /// <summary>The same for every attempt and every resume of one visit, and for nothing else: an
    /// idempotency key for the outside world.</summary>
    /// <remarks>`{run}/{k}/{visit}`, and behind it `/b{branch}` in a branch of a split, `/s{step}` in a
    /// stepped or stream state, `/undo` in a compensation. `k`, 13 characters of lower-case base 32, is drawn
    /// when the run starts, so that another run of the same id has other keys. A run that was begun under
    /// format 1 of the journal has no `k`.</remarks>
    /// <exception cref="CanoException">`workflow`: the state is declared pure, so that it has no effect
    /// outside.</exception>
    public string EffectKey => _state >= 0 && IsPure ? throw HasNoEffects() : Key;

    /// <summary>Whether the body is that of a state that reaches nothing outside.</summary>
    internal bool IsPure => _run.Plan.Node(_state).Durability.IsDeferred;

    private CanoException HasNoEffects() =>
        new(
            CanoError.Of(
                Fault.NewWorkflow(
                    $"state '{State}' is declared pure, and its task asks for an effect key: leave a state that "
                        + "reaches outside out of Pure"
                )
            )
        );

    private string Key =>
        _part switch
        {
            '\0' => $"{_run.EffectId}/{_visit}",
            UndoPart => $"{_run.EffectId}/{_visit}/undo",
            _ => $"{_run.EffectId}/{_visit}/{_part}{_partIndex}",
        };

    /// <summary>In the task that follows a split: what became of its branches. Else null.</summary>
    public SplitResult? SplitResult => _split?.Result;

    /// <summary>In the task that follows a split for items: what its branches gave. A resumed run has it
    /// from its rows.</summary>
    /// <exception cref="CanoException">`workflow`: the state follows no such split, or the results are not of
    /// these types.</exception>
    public BranchResults<TItem, TResult> BranchResults<TItem, TResult>()
    {
        if (SplitResult is not { } split)
            throw SplitResults.None(State);
        if (_run.Values?.ResultsOf(split) is BranchResults<TItem, TResult> known)
            return known;
        var stored = _split?.Values ?? throw SplitResults.OfOthers(State, _run.Values?.ResultsOf(split));
        var results = BranchValues<TItem, TResult>.Read(stored, this).Results(split);
        _run.KeepResults(split, results);
        return results;
    }

    /// <summary>Asks the body to stop: the run was cancelled, timed out, or does not need the answer any
    /// more.</summary>
    public CancellationToken CancellationToken { get; private set; }

    /// <summary>Whether the token asks for an orderly stop: nothing will be undone, the run is gone on with
    /// later.</summary>
    public bool IsSuspending => _run.IsSuspending;

    /// <summary>The workflow's clock.</summary>
    public TimeProvider TimeProvider => Options.Time;

    /// <summary>The workflow's logger.</summary>
    public ILogger Logger => Options.Logger;

    /// <summary>How far the body is, 0 to 1; reported to the workflow's logger.</summary>
    public IProgress<double> Progress => new TaskProgress(Logger, State);

    /// <summary>Says how far the body is. What an engine tells of the run has it at once; observers hear of
    /// at most ten reports a second of the run: of those in between the newest, at the latest before the end
    /// of its body. It is never journaled.</summary>
    /// <param name="done">How much is done; from 0 to 1 when neither total nor unit is given.</param>
    /// <param name="total">How much there is to do; null when it is not known.</param>
    /// <param name="unit">What is counted.</param>
    public void ReportProgress(double done, double? total = null, string? unit = null)
    {
        // An abandoned body speaks for nobody any more.
        if (_isClosed)
            return;
        var task = _branch is null ? TaskName : $"{_branch}[{_partIndex}]";
        _run.Reports(_visit, new RunPoint(null, State, task, Attempt), new RunProgress(done, total, unit));
    }

    /// <summary>The name of the task that the body is of; of a branch, the branch's.</summary>
    internal string TaskName => _branch ?? (_state < 0 ? "" : _run.Plan.Node(_state).Task);

    internal RunScope Scope => _run;

    internal RunOptions Options => _run.Options;

    /// <summary>What a journaled branch sees in place of the run's durable data; null of any other
    /// body.</summary>
    internal Lazy<MemoryStore>? View
    {
        init => _data = value is null ? null : new BodyData(value);
    }

    /// <summary>The visit that the body works for.</summary>
    internal long Visit => _visit;

    /// <summary>What the body's state carries, of a body that does not begin with its run.</summary>
    internal StateData Carried
    {
        init => Carry(value);
    }

    internal void Begin(in Run run, CancellationToken token)
    {
        _state = run.State;
        _visit = run.Visit;
        _part = '\0';
        Attempt = run.Attempt;
        // These seldom change, and comparing is cheaper than writing a reference.
        if (!ReferenceEquals(_split, run.Split))
            _split = run.Split;
        Carry(run.Data);
        if (CancellationToken != token)
            CancellationToken = token;
    }

    /// <summary>The body of another visit begins, which its run has walked to: of a state that carries
    /// nothing.</summary>
    internal void BeginNext(int state, long visit)
    {
        _state = state;
        _visit = visit;
        Attempt = 1;
        if (_split is not null)
            _split = null;
        if (_data is not null)
            _data.Carried = StateData.None;
    }

    private void Carry(StateData data)
    {
        // Of most states, which carry nothing, nothing is made.
        if (_data is not null || !data.IsNone)
            Data.Carried = data;
    }

    internal void BeginStep(in Run run, CancellationToken token)
    {
        Begin(in run, token);
        _part = 's';
        _partIndex = DurableStateModule.StepsOf(run.Visit, run.Durable);
    }

    internal void BeginBranch(
        int state,
        long visit,
        (int Index, string Name) branch,
        int attempt,
        CancellationToken token
    )
    {
        _state = state;
        _visit = visit;
        _part = BranchPart;
        _partIndex = branch.Index;
        _branch = branch.Name;
        Attempt = attempt;
        CancellationToken = token;
    }

    internal void BeginChoosing(int state, long visit, CancellationToken token)
    {
        _state = state;
        _visit = visit;
        CancellationToken = token;
    }

    internal void BeginUndo(int state, long visit, int attempt, CancellationToken token)
    {
        _state = state;
        _visit = visit;
        _part = UndoPart;
        Attempt = attempt;
        CancellationToken = token;
    }

    /// <summary>Calls the user's code for this body. What the call needs is handed over, so that nothing is
    /// allocated for it.</summary>
    internal ValueTask<T> CallAsync<TUsed, T>(
        UserCallKind kind,
        TUsed used,
        Func<TUsed, TaskContext, CancellationToken, ValueTask<T>> call,
        CancellationToken cancel
    ) => _run.Calls is { } calls ? CallAsync(calls, kind, used, call, cancel) : call(used, this, cancel);

    private ValueTask<T> CallAsync<TUsed, T>(
        IUserCalls calls,
        UserCallKind kind,
        TUsed used,
        Func<TUsed, TaskContext, CancellationToken, ValueTask<T>> call,
        CancellationToken cancel
    ) => calls.MakeAsync(Told(kind, calls.AsksKeys), () => call(used, this, cancel), cancel);

    private UserCall Told(UserCallKind kind, bool withKeys)
    {
        int? branch = _part == BranchPart ? (int)_partIndex : null;
        return withKeys
            ? new(RunId, kind, State, Attempt, Visit, Key, branch, _run.Resources.FindStore()?.DurableValues)
            : new("", kind, State, Attempt, Visit, "", branch);
    }

    /// <summary>The body was abandoned: what it still writes is refused.</summary>
    internal void Close()
    {
        _isClosed = true;
        // A body that never touched the store gets its handle here, so that its first write is refused too.
        if (HasStore)
            Store.Close();
    }

    /// <summary>Whether the body's own handle on the store is asked for, which is closed when the body is
    /// abandoned.</summary>
    private static bool IsStore<T>(string key) =>
        typeof(T) == typeof(MemoryStore) && key == Resources.StoreKey;

    /// <summary>Items of a batch may come here at once: all get the same.</summary>
    private BodyData Data =>
        _data ?? Interlocked.CompareExchange(ref _data, new BodyData(null), null) ?? _data;

    private bool HasStore => _data is { HasStore: true } || _run.Resources.FindStore() is not null;
}
