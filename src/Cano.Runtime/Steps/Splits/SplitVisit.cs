namespace Cano.Runtime.Steps.Splits;

/// <summary>One visit of a split: its branches, and what follows from what became of them.</summary>
internal class SplitVisit<TState>(ListedBranch<TState>[] branches)
{
    public ListedBranch<TState>[] Branches => branches;

    /// <summary>What the branches are called: that alone is kept of them behind the split.</summary>
    public string[] Names => field ??= [.. branches.Select(branch => branch.Name)];

    /// <summary>Whether what branches gave chooses what follows a met join.</summary>
    public virtual bool Chooses => false;

    /// <summary>What a branch that has succeeded gave, as its row keeps it; null where nothing
    /// is.</summary>
    /// <exception cref="CanoException">`configuration`: it cannot be kept.</exception>
    public virtual StoredValue? ValueOf(int index, TaskContext context) => null;

    /// <summary>What follows a met join.</summary>
    public virtual ValueTask<SplitChosen<TState>> ChooseAsync(
        TaskContext context,
        SplitResult result,
        CancellationToken cancel
    ) => throw new InvalidOperationException("The definition says what follows.");
}

/// <summary>What the results of a split have chosen.</summary>
/// <param name="Next">The state that follows.</param>
/// <param name="Values">What a row keeps of the results; null without a journal.</param>
internal readonly record struct SplitChosen<TState>(TState Next, StoredValue? Values);
