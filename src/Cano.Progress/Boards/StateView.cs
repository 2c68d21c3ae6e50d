namespace Cano.Progress.Boards;

/// <summary>What is known of a state of a run, all its visits together.</summary>
/// <param name="name">Its name.</param>
internal sealed class StateView(string name)
{
    private long _spent;

    public string Name => name;

    public int Visits { get; private set; }

    public int Retries { get; set; }

    /// <summary>Since when the run is in it; null when it is not.</summary>
    public long? Since { get; private set; }

    public BranchCount Branches { get; } = new();

    public ItemCount Items { get; } = new();

    /// <summary>How long the run has been in it, in units of the clock.</summary>
    public long Spent(long now) => _spent + (Since is { } since ? now - since : 0);

    public void Enter(long now)
    {
        Visits++;
        Return(now);
        Items.BeginVisit();
    }

    public void Return(long now) => Since = now;

    public void Leave(long now)
    {
        _spent = Spent(now);
        Since = null;
        Branches.CutOff();
    }

    /// <param name="task">The branch's task.</param>
    /// <param name="succeeded">Whether it did; null: it was not needed.</param>
    public void EndBranch(string task, bool? succeeded)
    {
        Branches.End(succeeded);
        Items.EndBranch(task);
    }
}
