namespace Cano;

/// <summary>Makes a task of a node: one attempt is all three steps.</summary>
internal sealed class NodeTask<TState, TPrep, TExec>(INode<TState, TPrep, TExec> node) : ITask<TState>, IComposedTask<TState>
    where TState : notnull
{
    public string Name => node.Name;

    public TaskConfig Config => node.Config;

    public ITask<TState> With(IBodyRewriter<TState> rewriter) => new NodeTask<TState, TPrep, TExec>(rewriter.Node(node));

    public async ValueTask<TState> RunAsync(TaskContext context, CancellationToken cancellationToken)
    {
        var prep = await node.PrepAsync(context, cancellationToken).ConfigureAwait(false);
        var exec = await node.ExecAsync(prep, cancellationToken).ConfigureAwait(false);
        return await node.PostAsync(context, exec, cancellationToken).ConfigureAwait(false);
    }
}
