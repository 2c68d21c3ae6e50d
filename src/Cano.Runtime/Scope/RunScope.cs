using Cano.Kernel;
using Cano.Runtime.Data;
using Cano.Runtime.Observation;

namespace Cano.Runtime.Scope;

/// <summary>What all bodies of a run share.</summary>
internal abstract class RunScope(Resources resources, string? runId)
{
    private string? _runId = runId;
    private string? _effectId;
    private RunValues? _values;

    public abstract Plan Plan { get; }

    public abstract RunOptions Options { get; }

    public Resources Resources { get; } = resources;

    /// <summary>A state of the run with what it carries.</summary>
    /// <exception cref="CanoException">That cannot be read.</exception>
    public abstract object StateOf(int number, in StateData data);

    /// <summary>The run's id: the one it was given, or one drawn when it is first asked for.</summary>
    public string RunId => _runId ?? OfAll(ref _runId, DrawnId());

    /// <summary>What all effect keys of the run begin with: its id and its own part.</summary>
    public string EffectId =>
        _effectId ?? OfAll(ref _effectId, KeyPart is { } part ? $"{RunId}/{part}" : RunId);

    /// <summary>What it is given and gives; null as long as nobody needs it.</summary>
    public RunValues? Values
    {
        get => _values;
        set => _values = value;
    }

    /// <summary>What the run was given; null for nothing.</summary>
    public RunInput? Input => _values?.Input;

    /// <summary>Sets what the run gives as its own output.</summary>
    public void SetOutput(StoredValue output) => OwnValues.Output = output;

    /// <summary>Keeps the items that a visit has listed.</summary>
    public void KeepItems<TItem>(long visit, IReadOnlyList<TItem> items) => OwnValues.KeepItems(visit, items);

    /// <summary>Keeps what became of the branches of a split, for the state behind it.</summary>
    /// <param name="split">The split's result, by which it is found.</param>
    /// <param name="results">A <see cref="BranchResults{TItem, TResult}"/>.</param>
    public void KeepResults(SplitResult split, object results) => OwnValues.KeepResults(split, results);

    private RunValues OwnValues => _values ?? OfAll(ref _values, new RunValues(null));

    /// <summary>Whether the run is to rest, and nothing will be undone.</summary>
    public virtual bool IsSuspending => false;

    /// <summary>Whether rows remember the run.</summary>
    public virtual bool IsJournaled => false;

    /// <summary>Where the run's rows go, and under which fence; null when nowhere.</summary>
    public virtual RunRows? Rows => null;

    /// <summary>How long work that was told to stop is awaited before it is abandoned.</summary>
    public virtual TimeSpan StopGrace => Options.StopGrace;

    /// <summary>A body was given up on, and may run still.</summary>
    public virtual void Outlasts(Task body) { }

    /// <summary>A body says how far it is.</summary>
    public virtual void Reports(long visit, RunPoint at, RunProgress progress) =>
        Observation?.Reports(at, progress);

    /// <summary>Stands around the calls of the user's code in this run; null: nothing does.</summary>
    public virtual IUserCalls? Calls => Options.Calls;

    /// <summary>Tells observers what happens; null when there are none.</summary>
    public RunObservation? Observation { get; protected init; }

    /// <summary>The run's own part of its effect keys; null when it was begun without one. Asked for once or
    /// twice.</summary>
    protected abstract string? KeyPart { get; }

    private string DrawnId()
    {
        var bytes = new byte[16];
        Options.Random.NextBytes(bytes);
        return new Guid(bytes).ToString("N");
    }

    /// <summary>Two branches may ask at once; all must get the same answer.</summary>
    private static T OfAll<T>(ref T? known, T drawn)
        where T : class => Interlocked.CompareExchange(ref known, drawn, null) ?? drawn;
}
