namespace Cano.Kernel

/// One of the six columns of a cron expression, and the values that may stand in it.
type internal CronField = {
    /// As users call it, such as "day of month".
    Name: string
    First: int
    Last: int
    /// How many different values there are; after so many a range comes round to where it began.
    Period: int
    /// Three-letter names; the first stands for `First`.
    Names: string list
    /// What may stand in the column, for the message of a refusal.
    Allowed: string
    /// Whether `*`, a range or a step here makes the whole expression an interval.
    IsOfTime: bool
} with

    /// A bit for each value; bit n stands for value n.
    member this.All = (~~~0UL >>> (64 - this.Period)) <<< this.First

/// The columns, in the order they are written.
[<RequireQualifiedAccess>]
module internal CronField =

    let private time name last = {
        Name = name
        First = 0
        Last = last
        Period = last + 1
        Names = []
        Allowed = $"0-{last}"
        IsOfTime = true
    }

    let second = time "second" 59

    let minute = time "minute" 59

    let hour = time "hour" 23

    let dayOfMonth = {
        Name = "day of month"
        First = 1
        Last = 31
        Period = 31
        Names = []
        Allowed = "1-31, or alone L, L-3, LW, 15W or ?"
        IsOfTime = false
    }

    let month = {
        Name = "month"
        First = 1
        Last = 12
        Period = 12
        Names = [
            "JAN"
            "FEB"
            "MAR"
            "APR"
            "MAY"
            "JUN"
            "JUL"
            "AUG"
            "SEP"
            "OCT"
            "NOV"
            "DEC"
        ]
        Allowed = "1-12 or JAN-DEC"
        IsOfTime = false
    }

    /// 0 and 7 are both Sunday.
    let dayOfWeek = {
        Name = "day of week"
        First = 0
        Last = 7
        Period = 7
        Names = [ "SUN"; "MON"; "TUE"; "WED"; "THU"; "FRI"; "SAT" ]
        Allowed = "0-7 or SUN-SAT, or alone MON#2, FRIL or ?"
        IsOfTime = false
    }

    /// With seconds.
    let six = [ second; minute; hour; dayOfMonth; month; dayOfWeek ]
