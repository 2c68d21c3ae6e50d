using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace Cano.Postgres.Transactions;

/// <summary>Which calls bodies have made. A second one under the same key would be given the first one's
/// result, and be taken for done.</summary>
internal static class CallsMade
{
    private static readonly ConditionalWeakTable<
        TaskContext,
        ConcurrentDictionary<(string Key, int Attempt), bool>
    > s_made = [];

    public static void Add(TaskContext context, string key) =>
        s_made.GetOrCreateValue(context)[(key, context.Attempt)] = true;

    /// <exception cref="CanoException">`workflow`: this attempt has made it.</exception>
    public static void ThrowIfThere(TaskContext context, string key)
    {
        if (s_made.TryGetValue(context, out var made) && made.ContainsKey((key, context.Attempt)))
            throw new CanoException(
                CanoError.Of(
                    Fault.NewWorkflow(
                        $"state '{context.State}' makes a second transactional call under the key '{key}': give each call of a body a name of its own"
                    )
                )
            );
    }
}
