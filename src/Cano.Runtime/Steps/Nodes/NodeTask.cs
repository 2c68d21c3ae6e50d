using Cano.Runtime.Scope;
using Cano.Runtime.Steps.Singles;

namespace Cano.Runtime.Steps.Nodes;

/// <summary>Makes a task of a node: one attempt is all three steps.</summary>
internal sealed class NodeTask<TState, TPrep, TExec>(INode<TState, TPrep, TExec> node)
    : ITask<TState>,
        IComposedTask
    where TState : notnull
{
    public string Name => node.Name;

    public TaskConfig Config => node.Config;

    public async ValueTask<TState> RunAsync(TaskContext context, CancellationToken cancellationToken)
    {
        var prep = await context
            .CallAsync(
                UserCallKind.Body,
                node,
                static (node, context, cancel) => node.PrepAsync(context, cancel),
                cancellationToken
            )
            .ConfigureAwait(false);
        var exec = await context
            .CallAsync(
                UserCallKind.Part,
                (node, prep),
                static (it, _, cancel) => it.node.ExecAsync(it.prep, cancel),
                cancellationToken
            )
            .ConfigureAwait(false);
        return await context
            .CallAsync(
                UserCallKind.Body,
                (node, exec),
                static (it, context, cancel) => it.node.PostAsync(context, it.exec, cancel),
                cancellationToken
            )
            .ConfigureAwait(false);
    }
}
