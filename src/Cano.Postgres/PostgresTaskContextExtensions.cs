using Cano.Postgres.Transactions;
using Cano.Runtime.Data;
using Cano.Runtime.Errors;
using Npgsql;

namespace Cano;

/// <summary>What a task may do with the database that its run is kept in.</summary>
public static class PostgresTaskContextExtensions
{
    /// <summary>Does work in a transaction of the store's database, once for each effect key: what it writes
    /// to the program's own tables is committed with its result, and a later attempt, after a retry, a crash
    /// or a takeover, gets that result and does not work again.</summary>
    /// <param name="context">Of the task.</param>
    /// <param name="work">Writes by the connection, which is in the transaction, and gives a value that JSON
    /// keeps. It neither commits nor rolls back, and makes no other call; whatever it throws undoes what it
    /// wrote. It may be called again as long as nothing was committed. The server ends it when it pauses for
    /// more than 30 s between two statements, unless it sets another
    /// `idle_in_transaction_session_timeout`.</param>
    /// <param name="name">What the call is called among those of one body, where it makes several: the same
    /// in every attempt. A poll that asks again makes the same calls as when it asked before, and is given
    /// their results.</param>
    /// <param name="cancellationToken">Gives up, as the context's does too: before the commit nothing is
    /// written; behind it, where the database does not answer, a later attempt finds what is.</param>
    /// <returns>What the work gave, now or then.</returns>
    /// <remarks>A commit whose answer is lost is asked about until the database answers, or a token ends it,
    /// as the run's lease does. Calls of one process are at work on all connections of the pool but four at
    /// most; others wait.</remarks>
    /// <exception cref="CanoException">`configuration`: the run is not kept by a
    /// <see cref="PostgresCheckpointStore"/>, or the result cannot be kept; `checkpoint_store`: the run is
    /// another node's by now, or has ended, and nothing is written, or the database does not answer before
    /// the work begins; `workflow`: the body has made a call of that name, its work has ended the
    /// transaction, or its state is pure.</exception>
    /// <exception cref="PostgresException">The server refuses the commit, for a constraint that it looks at
    /// there, say. Nothing is written.</exception>
    public static async Task<T> Transactional<T>(
        this TaskContext context,
        Func<NpgsqlConnection, NpgsqlTransaction, Task<T>> work,
        string? name = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(work);
        // A body that was given up on has no say any more, whatever token it gives.
        using var either = CancellationTokenSource.CreateLinkedTokenSource(
            cancellationToken,
            context.CancellationToken
        );
        var key = name is null ? context.EffectKey : $"{context.EffectKey}#{name}";
        CallsMade.Begin(context, key);
        try
        {
            return await OnceAsync(context, CallOf(context, key), work, either.Token).ConfigureAwait(false);
        }
        catch (Exception)
        {
            CallsMade.Forget(context, key);
            throw;
        }
    }

    private static async Task<T> OnceAsync<T>(
        TaskContext context,
        TransactionalCall call,
        Func<NpgsqlConnection, NpgsqlTransaction, Task<T>> work,
        CancellationToken cancel
    )
    {
        if (await call.FindAsync(cancel).ConfigureAwait(false) is { } known)
            return Read<T>(context, known);
        var given = default(T);
        CallResult? own = null;
        var kept = await call.MakeAsync(
                async (connection, transaction) =>
                {
                    given = await work(connection, transaction).ConfigureAwait(false);
                    if (context.IsClosed)
                        throw new OperationCanceledException("The body was given up on.");
                    return own = Kept(context, given);
                },
                cancel
            )
            .ConfigureAwait(false);
        return ReferenceEquals(kept, own) ? given! : Read<T>(context, kept);
    }

    /// <inheritdoc cref="Transactional{T}(TaskContext, Func{NpgsqlConnection, NpgsqlTransaction, Task{T}},
    /// string?, CancellationToken)"/>
    /// <returns>When it is done, now or then.</returns>
    public static Task Transactional(
        this TaskContext context,
        Func<NpgsqlConnection, NpgsqlTransaction, Task> work,
        string? name = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(work);
        return context.Transactional(DoneAsync, name, cancellationToken);

        async Task<bool> DoneAsync(NpgsqlConnection connection, NpgsqlTransaction transaction)
        {
            await work(connection, transaction).ConfigureAwait(false);
            return true;
        }
    }

    private static TransactionalCall CallOf(TaskContext context, string key) =>
        context.Scope.Rows is { Store.Shared: PostgresCheckpointStore store, Fence: var fence }
            ? store.CallOf(context.RunId, fence, key)
            : throw InvalidConfiguration.Of(
                $"State '{context.State}' works in a transaction of the store, and its run is not kept in PostgreSQL: give the engine or the workflow a PostgresCheckpointStore"
            );

    private static CallResult Kept<T>(TaskContext context, T value)
    {
        var values = context.Options.Values;
        return GivenValue.TryStore(value, typeof(T), values, out var stored, out var problem)
            ? new(values.Encode(stored.Json), values.Name)
            : throw InvalidConfiguration.Of(
                $"The result of the transactional call of state '{context.State}' {problem}"
            );
    }

    private static T Read<T>(TaskContext context, CallResult kept)
    {
        var values = context.Options.Values;
        if (kept.Codec != values.Name)
            throw InvalidConfiguration.Of(
                $"The result of the transactional call of state '{context.State}' was encoded by {Named(kept.Codec)}, and this engine has {Named(values.Name)}: give it that one"
            );
        return (T)values.ReadKept(values.Decode(kept.Bytes), typeof(T))!;
    }

    private static string Named(string? codec) => codec is null ? "no codec" : $"codec '{codec}'";
}
