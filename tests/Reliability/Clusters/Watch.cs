using Npgsql;

namespace Cano.Reliability.Clusters;

/// <summary>A schema of a cluster's own, watched from within: the database notes beside the store who has
/// each run and since when, and every change of a head that must not be.</summary>
internal sealed class Watch(string connection) : IAsyncDisposable
{
    private const string Tables = """
        create schema cano_own;
        create table cano_own.purchase (
            receipt bigint primary key generated always as identity, run_id text not null, key text not null
        );
        create table cano_own.breach (at timestamptz default clock_timestamp(), what text);
        create table cano_own.membership (
            number bigint primary key generated always as identity,
            at timestamptz default clock_timestamp(), up_since timestamptz default pg_postmaster_start_time(),
            name text, epoch bigint, is_over bool, is_away bool default false, watches_since timestamptz
        );
        create table cano_own.tenure (
            number bigint primary key generated always as identity,
            at timestamptz default clock_timestamp(), run_id text, fence bigint, owner bigint, tries bigint,
            has_ended bool
        );
        create table cano_own.settled (number bigint primary key generated always as identity,
            at timestamptz default clock_timestamp());
        create function cano_own.note_settled() returns trigger language plpgsql as $$ begin
            insert into cano_own.settled default values;
            return new;
        end $$;
        create function cano_own.note_tenure() returns trigger language plpgsql as $$ begin
            insert into cano_own.tenure (run_id, fence, owner, tries, has_ended)
            values (new.run_id, new.fence, new.owner, new.tries, new.ended <> 0);
            return new;
        end $$;
        create function cano_own.note_breach() returns trigger language plpgsql as $$ begin
            insert into cano_own.breach (what) values (format('head of %s went from row %s under fence %s to %s under %s',
                old.run_id, old.next_seq, old.fence, new.next_seq, new.fence));
            return new;
        end $$;
        create function cano_own.note_node() returns trigger language plpgsql as $$ begin
            if tg_op <> 'INSERT' then
                insert into cano_own.membership (name, epoch, is_over, is_away)
                values (old.name, old.epoch, tg_op = 'DELETE' or old.epoch <> new.epoch, tg_op = 'DELETE');
            end if;
            if tg_op <> 'DELETE' then
                insert into cano_own.membership (name, epoch, is_over, watches_since)
                values (new.name, new.epoch, false, new.beats_since);
            end if;
            return null;
        end $$;
        create trigger begun after insert on cano.run for each row when (not new.is_reserved)
            execute function cano_own.note_tenure();
        create trigger changed after update on cano.run for each row
            when (not new.is_reserved and (old.fence <> new.fence or old.owner is distinct from new.owner
                or (old.ended = 0) <> (new.ended = 0)))
            execute function cano_own.note_tenure();
        create trigger settled after insert or update on cano.run for each row
            when (new.run_id like '%/watermark') execute function cano_own.note_settled();
        create trigger wrong after update on cano.run for each row
            when (new.fence < old.fence or new.next_seq not in (old.next_seq, old.next_seq + 1))
            execute function cano_own.note_breach();
        create trigger came after insert or delete on cano.node for each row
            execute function cano_own.note_node();
        create trigger came_again after update on cano.node for each row
            when (old.epoch <> new.epoch or old.beats_since is distinct from new.beats_since)
            execute function cano_own.note_node();
        """;

    private readonly NpgsqlDataSource _source = NpgsqlDataSource.Create(connection);

    public string Schema { get; } = $"c{Guid.NewGuid().ToString("N")[..12]}";

    public async Task BeginAsync()
    {
        await using (await PostgresCheckpointStore.OpenAsync(connection, new() { Schema = Schema })) { }
        await DoAsync(Tables);
        await DoAsync(NewerBuild.Writing);
    }

    public Task<List<string>> UnfinishedAsync() =>
        ReadAsync(
            "select run_id, state, status, tries, owner from cano.run where ended = 0 and not is_reserved",
            row => $"{row[0]} in {row[1]}, status {row[2]}, tries {row[3]}, owner {row[4]}"
        );

    /// <summary>How many runs have ended that are nobody's children, and how many are in a node's hands; null
    /// while the database is away.</summary>
    public async Task<(long Ended, long InHand)?> CountAsync()
    {
        const string Text = """
            select count(*) filter (where ended <> 0 and parent is null and workflow = 'errand'),
                count(*) filter (where ended = 0 and owner is not null)
            from cano.run
            """;
        try
        {
            return (await ReadAsync(Text, row => ((long)row[0], (long)row[1])))[0];
        }
        catch (NpgsqlException)
        {
            return null;
        }
    }

    /// <summary>What it has noted, and what is there now.</summary>
    public async Task<Watched> ReadAsync() =>
        new(
            await ReadAsync("select what from cano_own.breach", row => (string)row[0]),
            await ReadAsync(
                """
                select at, name, epoch, is_over, watches_since is not null, is_away, up_since
                from cano_own.membership order by number
                """,
                row => new Membership(
                    Instant(row[0]),
                    (string)row[1],
                    (long)row[2],
                    (bool)row[3],
                    (bool)row[4],
                    (bool)row[5],
                    Instant(row[6])
                )
            ),
            await ReadAsync(
                "select at, run_id, fence, owner, tries, has_ended from cano_own.tenure order by number",
                row => new Tenure(
                    Instant(row[0]),
                    (string)row[1],
                    (long)row[2],
                    row[3] as long?,
                    (long)row[4],
                    (bool)row[5]
                )
            ),
            await ReadAsync(
                """
                select run_id, status, next_seq, fence, parent, coalesce(count, 0), coalesce(low, 0), coalesce(high, -1),
                    coalesce(falls, 0), coalesce(newest, 0), version
                from cano.run r left join (
                    select run_key, count(*), min(seq) low, max(seq) high, max(fence) newest,
                        count(*) filter (where fence < before) falls
                    from (select *, lag(fence) over (partition by run_key order by seq) before from cano.run_row) w
                    group by run_key) w using (run_key)
                where not is_reserved
                """,
                row => new StoredRun(
                    (string)row[0],
                    (short)row[1],
                    (long)row[2],
                    row[4] as string,
                    (long)row[10],
                    (long)row[5] == (long)row[7] - (long)row[6] + 1 && (long)row[7] == (long)row[2] - 1,
                    (long)row[8] == 0 && (long)row[9] <= (long)row[3]
                )
            ),
            await ReadAsync(
                "select run_id, key, receipt from cano_own.purchase",
                row => new Purchase((string)row[0], (string)row[1], (long)row[2])
            ),
            await ReadAsync("select at from cano_own.settled order by number", row => Instant(row[0])),
            (await ReadAsync(NewerBuild.Count, row => ((long)row[0], (long)row[1])))[0]
        );

    public async ValueTask DisposeAsync()
    {
        await DoAsync("drop schema if exists cano_own cascade; drop schema if exists cano cascade");
        await _source.DisposeAsync();
    }

    private static DateTimeOffset Instant(object value) => new((DateTime)value, TimeSpan.Zero);

    private string Named(string text) =>
        text.Replace("cano_own", $"{Schema}_own", StringComparison.Ordinal)
            .Replace("cano.", $"{Schema}.", StringComparison.Ordinal)
            .Replace("schema if exists cano ", $"schema if exists {Schema} ", StringComparison.Ordinal);

    private async Task DoAsync(string text)
    {
        await using var command = _source.CreateCommand(Named(text));
        await command.ExecuteNonQueryAsync();
    }

    private async Task<List<T>> ReadAsync<T>(string text, Func<object[], T> read)
    {
        await using var command = _source.CreateCommand(Named(text));
        command.CommandTimeout = 600;
        await using var reader = await command.ExecuteReaderAsync();
        var all = new List<T>();
        while (await reader.ReadAsync())
        {
            var row = new object[reader.FieldCount];
            reader.GetValues(row);
            all.Add(read(row));
        }

        return all;
    }
}
