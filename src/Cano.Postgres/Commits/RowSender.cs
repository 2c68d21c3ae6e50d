using Cano.Postgres.Connections;
using Npgsql;

namespace Cano.Postgres.Commits;

/// <summary>Sends rows to the database, one commit at a time, on a connection of its own, and tells each what
/// became of it. What a broken connection leaves open it settles by looking.</summary>
internal sealed class RowSender(Database database) : IAsyncDisposable
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(50);

    private readonly RowWriter _writer = new(database);
    private StoreConnection? _connection;

    /// <summary>Sends rows, at most one of a run. Gives those that are to be sent again; nothing is
    /// thrown.</summary>
    public async Task<IReadOnlyList<NewRow>> SendAsync(IReadOnlyList<NewRow> rows)
    {
        var isSent = false;
        try
        {
            var connection = await ConnectedAsync().ConfigureAwait(false);
            var held = await HeldAsync(connection, rows).ConfigureAwait(false);
            List<NewRow> free = [.. rows.Where(row => !row.MayBeHeld)];
            if (free.Count == 0)
            {
                await Task.Delay(s_pause, TimeProvider.System).ConfigureAwait(false);
                return held;
            }

            isSent = true;
            free.ForEach(row => row.Tries.Begin());
            var admitted = await _writer.WriteAsync(connection, free).ConfigureAwait(false);
            database.Answered();
            var others = new List<NewRow>();
            foreach (var row in free)
                if (admitted.TryGetValue(row.RunId, out var fence))
                    row.Succeed(fence);
                else
                    others.Add(row);
            return others.Count == 0
                ? held
                : [.. held, .. await JudgedAsync(connection, others).ConfigureAwait(false)];
        }
        catch (NpgsqlException failed) when (Outage.IsPassing(failed))
        {
            await DropAsync().ConfigureAwait(false);
            database.Heed(failed);
            return await UndecidedAsync(rows, failed, isSent).ConfigureAwait(false);
        }
        catch (Exception refused)
        {
            await DropAsync().ConfigureAwait(false);
            return await OneByOneAsync(rows, refused).ConfigureAwait(false);
        }
    }

    public ValueTask DisposeAsync() => DropAsync();

    private async ValueTask<StoreConnection> ConnectedAsync() =>
        _connection ??= await database.ConnectAsync(CancellationToken.None).ConfigureAwait(false);

    private async ValueTask DropAsync()
    {
        if (_connection is not { } connection)
            return;
        _connection = null;
        await connection.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Of rows that may be what a statement waited for in vain, those that it would wait for still,
    /// and that have time to: somebody holds the head of their run. All others go on without them.</summary>
    private async Task<IReadOnlyList<NewRow>> HeldAsync(
        StoreConnection connection,
        IReadOnlyList<NewRow> rows
    )
    {
        List<NewRow> asked = [.. rows.Where(row => row.MayBeHeld)];
        if (asked.Count == 0)
            return [];
        var free = await _writer.FreeAsync(connection, asked).ConfigureAwait(false);
        var held = new List<NewRow>();
        foreach (var row in asked)
            if (free.Contains(row.RunId))
                row.MayBeHeld = false;
            else if (row.Tries.IsOver)
                row.Fail(Database.Failure("write to PostgreSQL", new TimeoutException("its run is held")));
            else
                held.Add(row);
        return held;
    }

    /// <summary>Rows that were not taken are told why, or turn out to be there from an earlier try. Gives
    /// those that nothing stands against any more.</summary>
    private async Task<IReadOnlyList<NewRow>> JudgedAsync(
        StoreConnection connection,
        IReadOnlyList<NewRow> rows
    )
    {
        var again = new List<NewRow>();
        var found = await _writer.LookAsync(connection, rows).ConfigureAwait(false);
        foreach (var row in rows)
        {
            var there = found[row.RunId];
            if (there.FenceOf(row) is { } fence)
                row.Succeed(fence);
            else if (there.Refusal(row) is { } refusal)
                row.Fail(refusal);
            else
                again.Add(row);
        }

        return again;
    }

    /// <summary>The statement was refused as a whole: one row of it is to blame.</summary>
    private async Task<IReadOnlyList<NewRow>> OneByOneAsync(IReadOnlyList<NewRow> rows, Exception refused)
    {
        if (rows is [var one])
        {
            one.Fail(Database.Failure("write to PostgreSQL", refused));
            return [];
        }

        var again = new List<NewRow>();
        foreach (var row in rows)
            again.AddRange(await SendAsync([row]).ConfigureAwait(false));
        return again;
    }

    /// <summary>The database did not answer. Gives the rows that are tried again.</summary>
    private static async Task<IReadOnlyList<NewRow>> UndecidedAsync(
        IReadOnlyList<NewRow> rows,
        NpgsqlException failed,
        bool isSent
    )
    {
        var isHeld = Outage.IsTimeout(failed);
        var again = new List<NewRow>();
        foreach (var row in rows.Where(row => !row.IsGivenUp))
        {
            row.IsInDoubt |= isSent && !Outage.IsRefusal(failed);
            row.MayBeHeld |= isHeld;
            if (row.Tries.IsOver)
                row.Fail(
                    Database.Failure(
                        row.IsInDoubt
                            ? "write to PostgreSQL, which has the row or has it not"
                            : "write to PostgreSQL",
                        failed
                    )
                );
            else
                again.Add(row);
        }

        if (again.Count > 0)
            await again[0].Tries.PauseAsync(CancellationToken.None).ConfigureAwait(false);
        return again;
    }
}
