using Cano.Kernel;
using Microsoft.Extensions.Logging;

namespace Cano;

/// <summary>What a task's body may look at and use. Valid until the body returns.</summary>
public sealed class TaskContext
{
    private readonly RunScope _run;
    private Node? _node;
    private MemoryStore? _store;
    private long _visit;
    private int _branch = -1;

    internal TaskContext(RunScope run) => _run = run;

    /// <summary>The run's resources: shared ones, and those made for this run.</summary>
    public Resources Resources => _run.Resources;

    /// <summary>The resource under a key.</summary>
    /// <exception cref="CanoException">`resource_not_found` or `resource_type_mismatch`.</exception>
    public T Get<T>(string key) => Resources.Get<T>(key);

    /// <summary>The resource under a key.</summary>
    /// <exception cref="CanoException">`resource_not_found` or `resource_type_mismatch`.</exception>
    public T Get<T>(Enum key) => Resources.Get<T>(key);

    /// <summary>The store under the key "store".</summary>
    /// <exception cref="CanoException">`resource_not_found` when there is none.</exception>
    public MemoryStore Store => _store ??= Resources.Get<MemoryStore>(Resources.StoreKey).Open();

    /// <summary>The run's id; null when it was started without one.</summary>
    public string? WorkflowId => _run.WorkflowId;

    /// <summary>The stable name of the state.</summary>
    public string State => _node?.Name ?? "";

    /// <summary>Which attempt this is, from 1.</summary>
    public int Attempt { get; private set; } = 1;

    /// <summary>The same for every attempt and every resume of one visit, and for nothing else: an idempotency
    /// key for the outside world.</summary>
    public string EffectKey => _branch < 0 ? $"{_run.EffectId}/{_visit}" : $"{_run.EffectId}/{_visit}/b{_branch}";

    /// <summary>In the task that follows a split: what became of its branches. Else null.</summary>
    public SplitResult? SplitResult { get; private set; }

    /// <summary>Asks the body to stop: the run was cancelled, timed out, or does not need the answer any more.</summary>
    public CancellationToken CancellationToken { get; private set; }

    /// <summary>The workflow's clock.</summary>
    public TimeProvider TimeProvider => _run.Options.Time;

    /// <summary>The workflow's logger.</summary>
    public ILogger Logger => _run.Options.Logger;

    /// <summary>How far the body is, 0 to 1; reported to the workflow's logger.</summary>
    public IProgress<double> Progress => new TaskProgress(Logger, State);

    internal void Begin(Node node, in Run run, CancellationToken token)
    {
        _node = node;
        _visit = run.Visit;
        Attempt = run.Attempt;
        // These seldom change, and comparing is cheaper than writing a reference.
        if (!ReferenceEquals(SplitResult, run.Split)) SplitResult = run.Split;
        if (CancellationToken != token) CancellationToken = token;
    }

    internal void BeginBranch(Node node, long visit, int branch, int attempt, CancellationToken token)
    {
        _node = node;
        _visit = visit;
        _branch = branch;
        Attempt = attempt;
        CancellationToken = token;
    }

    /// <summary>The body was abandoned: what it still writes is refused.</summary>
    internal void Close()
    {
        // A body that never touched the store gets its handle here, so that its first write is refused too.
        if (_store is not null || Resources.TryGet<MemoryStore>(Resources.StoreKey, out _)) Store.Close();
    }
}
