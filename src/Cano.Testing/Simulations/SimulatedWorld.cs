namespace Cano.Testing.Simulations;

/// <summary>Everything of one seed that outlives a process: time, the journal's disk, what happens next and
/// what happened. One thread runs it; <see cref="SimulationHalt"/> ends a seed that leaves that thread or
/// stands still.</summary>
internal sealed class SimulatedWorld
{
    private const SimulationFaults Stops = SimulationFaults.Suspend | SimulationFaults.DurableCancel;

    private const string Causes =
        "usual causes are Task.Run, ContinueWith, Task.Delay without the context's TimeProvider, real I/O, "
        + "and ConfigureAwait(false) around an await without it";

    private readonly Lock _gate = new();
    private readonly AutoResetEvent _woken;
    private readonly List<(SimulatedProcess Process, IThreadPoolWorkItem Work)> _ready = [];
    private readonly int _thread = Environment.CurrentManagedThreadId;
    private readonly Random _order;
    private volatile string? _escape;
    private volatile bool _isStalling;
    private long _steps;

    public SimulatedWorld(int seed, SimulationOptions options, AutoResetEvent woken)
    {
        Seed = seed;
        Options = options;
        _woken = woken;
        _order = Stream(1);
        Clock = new SimulatedClock(_order);
        Disk = new MemoryCheckpointStore(new SimulatedTime(Clock, null));
        Faults = new FaultPlan(Stream(2), options.Faults & ~Stops, options.FaultsMax);
        Suspends = new StopPlan(SimulationFaults.Suspend, Stream(-2), options, options.FaultsMax);
        Cancels = new StopPlan(
            SimulationFaults.DurableCancel,
            Stream(-3),
            options,
            options.IsJournaled ? Math.Min(1, options.FaultsMax) : 0
        );
        Canceller = new Canceller(this);
        Runs = new SimulatedRuns(this);
        Invariants = [.. options.Invariants];
        Guests = new SimulatedGuests(this);
    }

    public int Seed { get; }

    public SimulationOptions Options { get; }

    public SimulatedClock Clock { get; }

    public FaultPlan Faults { get; }

    /// <summary>When the run is told to rest.</summary>
    public StopPlan Suspends { get; }

    /// <summary>When the run is cancelled for good.</summary>
    public StopPlan Cancels { get; }

    public Canceller Canceller { get; }

    /// <summary>The run that is simulated, and its children.</summary>
    public SimulatedRuns Runs { get; }

    /// <summary>What holds between parents and children; null of a workflow that has none.</summary>
    public FamilyRules? Family { get; set; }

    /// <summary>Whether the run may have children, so that an engine holds it.</summary>
    public bool IsFamily => Family is not null;

    /// <summary>What is sent to runs.</summary>
    public SignalPlan? Signals { get; set; }

    /// <summary>What the user gave throws in this seed.</summary>
    public SimulatedGuests Guests { get; }

    public Timeline Timeline { get; } = new();

    public List<Invariant> Invariants { get; }

    /// <summary>The rows that are durable.</summary>
    public MemoryCheckpointStore Disk { get; }

    /// <summary>What must not be, and was.</summary>
    public List<string> Breaches { get; } = [];

    /// <summary>The process that runs; null before the first.</summary>
    public SimulatedProcess? Process { get; set; }

    /// <summary>How many pieces of work and timers there were; read from outside too.</summary>
    public long StepCount => Interlocked.Read(ref _steps);

    /// <summary>Whether the simulation itself waits, for work that has left.</summary>
    public bool IsStalling => _isStalling;

    /// <summary>Whether the calling thread is the simulation's.</summary>
    public bool IsInside => Environment.CurrentManagedThreadId == _thread;

    /// <summary>A source of randomness of its own for each purpose, so that one does not disturb
    /// another.</summary>
    public Random Stream(int purpose) => new(unchecked((Seed * 486_187_739) + (purpose * 1_000_003)));

    /// <summary>A chance of one in so many, for the order of things.</summary>
    public bool OneIn(int many) => _order.Next(many) == 0;

    public void Note(string text) => Tell(text);

    /// <summary>A row is durable.</summary>
    public void Took(JournalRules run, CheckpointRow row)
    {
        Family?.Took(run, row);
        Signals?.Took(run, row);
    }

    public void Tell(
        string what,
        Place at = default,
        int attempt = 0,
        long? row = null,
        SimulationFaults? fault = null
    )
    {
        MustBeInside(at.State ?? "");
        Timeline.Add(
            new(Clock.Elapsed, Process?.Number ?? 0, what)
            {
                State = at.State ?? "",
                RunId = at.RunId is SeedRun.RunId or null ? "" : at.RunId,
                Attempt = attempt,
                Row = row,
                Fault = fault,
            }
        );
    }

    public void Breach(string text)
    {
        Tell($"BREACH: {text}");
        Breaches.Add(text);
    }

    /// <summary>Queues work of a process.</summary>
    public void Queue(SimulatedProcess process, IThreadPoolWorkItem work)
    {
        MustBeInside("");
        _ready.Add((process, work));
    }

    /// <summary>Whether any work of a living process waits for nothing but its turn.</summary>
    public bool HasWork => _ready.Exists(item => !item.Process.IsOver);

    /// <summary>Takes the next piece of work, drawn among what is ready; or else the next timer. False when
    /// there is neither.</summary>
    public bool TryStep()
    {
        ThrowIfEscaped();
        if (Interlocked.Increment(ref _steps) > Options.StepsMax)
            throw new SimulationHalt($"the run did not end within {Options.StepsMax} steps{Underway()}");
        _ready.RemoveAll(item => item.Process.IsOver);
        if (_ready.Count > 0)
        {
            var next = _order.Next(_ready.Count);
            var work = _ready[next].Work;
            _ready.RemoveAt(next);
            work.Execute();
        }
        else if (Clock.TakeNext() is { } timer)
        {
            // A process may die or be stopped between two instants, while its bodies wait.
            if (timer.Process is not { } process || !process.DiesWaiting())
                timer.Fire();
        }
        else
            return false;

        ThrowIfEscaped();
        return true;
    }

    /// <summary>Nothing is ready and no timer waits: work is outside, and gets a little real time to be
    /// caught there.</summary>
    public void Stall()
    {
        _isStalling = true;
        _woken.WaitOne(Options.RealTimeLimit);
        ThrowIfEscaped();
        throw new SimulationHalt(
            $"nothing is left to run, no timer waits, and the run has not ended{Underway()}; work has left simulated time: {Causes}"
        );
    }

    /// <summary>Refuses other threads, and remembers that one came.</summary>
    /// <exception cref="SimulationHalt">The calling thread is not the simulation's.</exception>
    public void MustBeInside(string state)
    {
        if (IsInside)
            return;
        Escape(state);
        throw new SimulationHalt(_escape!);
    }

    /// <summary>Work went on on a thread of its own.</summary>
    public void Escape(string state)
    {
        lock (_gate)
        {
            var who = state.Length > 0 ? $"the task of state '{state}'" : "work";
            _escape ??= $"{who} went on outside simulated time; {Causes}";
        }

        _woken.Set();
    }

    private void ThrowIfEscaped()
    {
        if (_escape is { } escape)
            throw new SimulationHalt(escape);
    }

    private string Underway() =>
        Process?.OpenStates is { Count: > 0 } open
            ? $"; under way: {string.Join(", ", open.Select(state => $"'{state}'"))}"
            : "";
}

/// <summary>A seed cannot go on.</summary>
internal sealed class SimulationHalt(string why) : Exception(why);
