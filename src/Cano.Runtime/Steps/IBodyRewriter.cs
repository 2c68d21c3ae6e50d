namespace Cano;

/// <summary>A task of the engine's own that calls the user's several times in one attempt.</summary>
internal interface IComposedTask<TState>
    where TState : notnull
{
    /// <summary>The same task with something around each of those calls.</summary>
    ITask<TState> With(IBodyRewriter<TState> rewriter);
}

/// <summary>Puts something of its own around the user's work: the seam at which a simulation makes work fail, linger
/// or die. What it gives back must keep name and config of what it was given.</summary>
internal interface IBodyRewriter<TState>
    where TState : notnull
{
    /// <summary>A task that is called once in an attempt.</summary>
    ITask<TState> Task(ITask<TState> task);

    INode<TState, TPrep, TExec> Node<TPrep, TExec>(INode<TState, TPrep, TExec> node);

    IPollTask<TState> Poll(IPollTask<TState> poll);

    IBatchTask<TState, TItem, TOutput> Batch<TItem, TOutput>(IBatchTask<TState, TItem, TOutput> batch);

    ITimerTask<TState> Timer(ITimerTask<TState> task);

    ICompensatableTask<TState, TOutput> Compensatable<TOutput>(ICompensatableTask<TState, TOutput> task);

    ISteppedTask<TState, TCursor> Stepped<TCursor>(ISteppedTask<TState, TCursor> task);

    IStreamTask<TState, TItem, TOutput, TCursor> Stream<TItem, TOutput, TCursor>(
        IStreamTask<TState, TItem, TOutput, TCursor> task
    );
}
