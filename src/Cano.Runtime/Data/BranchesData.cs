namespace Cano.Runtime.Data;

/// <summary>A run's durable data as each of its journaled branches sees it while they run side by side: as it
/// stood when they began, with what the branch itself wrote, which becomes the run's when it has
/// ended.</summary>
internal sealed class BranchesData
{
    private readonly DurableValues _run;
    private readonly Lazy<MemoryStore>[] _views;

    public BranchesData(DurableValues run, long visit, int count)
    {
        _run = run;
        var found = run.FoundIn(visit);
        _views = new Lazy<MemoryStore>[count];
        for (var i = 0; i < count; i++)
        {
            var index = i;
            _views[i] = new(() => MemoryStore.Of(run.SeenBy(index, found)));
        }
    }

    /// <summary>What a branch sees, made when it looks.</summary>
    public Lazy<MemoryStore> ViewOf(int index) => _views[index];

    /// <summary>What the branch wrote must have room in the run's data.</summary>
    /// <exception cref="CanoException">`store`: it has none.</exception>
    public void RequireRoom(int index)
    {
        if (_views[index] is { IsValueCreated: true, Value.DurableValues: { } written })
            _run.RequireRoom(written);
    }

    /// <summary>What the branch wrote is not kept.</summary>
    public void Forget(int index) => _views[index] = new(() => MemoryStore.Of(_run));

    /// <summary>What the branch wrote becomes the run's.</summary>
    public void Merge(int index)
    {
        if (_views[index] is { IsValueCreated: true, Value.DurableValues: { } written })
            _run.Merge(written);
    }
}
