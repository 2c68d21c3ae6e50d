namespace Cano.Reliability.Clusters;

/// <summary>Of nodes that know the newer version of the workflow the database makes a newer build: their
/// rows have a field that no build of today knows, and that a reader passes over. Rows of one and the same
/// run come from both builds, and both go on from them.</summary>
internal static class NewerBuild
{
    /// <summary>Six integers and two texts stand before the number of fields. 101 is odd: a run can do
    /// without it. Rows that are compared after a connection broke would not be the same: such a cluster
    /// has its connections.</summary>
    public const string Writing = """
        create function cano_own.say_more() returns trigger language plpgsql as $$
        declare
            at int := 0;
            length int;
        begin
            for i in 1..6 loop
                while get_byte(new.body, at) > 127 loop at := at + 1; end loop;
                at := at + 1;
            end loop;
            for i in 1..2 loop
                length := get_byte(new.body, at);
                if length > 127 then raise 'a name has more than 126 bytes'; end if;
                at := at + greatest(length, 1);
            end loop;
            new.body := set_byte(new.body, at, get_byte(new.body, at) + 1)
                || '\x6506'::bytea || 'newer'::bytea;
            return new;
        end $$;
        create trigger says_more before insert on cano.run_row for each row
            when (current_setting('application_name') = 'newer')
            execute function cano_own.say_more();
        """;

    /// <summary>How many rows have the field, and how many that have not come next to one that has.</summary>
    public const string Count = """
        select count(*) filter (where is_newer), count(*) filter (where not is_newer and is_newer_before)
        from (
            select is_newer, lag(is_newer) over (partition by run_key order by seq) as is_newer_before
            from (
                select run_key, seq, right(encode(body, 'hex'), 14) = '65066e65776572' as is_newer
                from cano.run_row
            ) w
        ) w
        """;

    public static string Connection(string connection) => $"{connection};Application Name=newer";
}
