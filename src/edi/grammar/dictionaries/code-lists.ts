/**
 * The closed code lists: purpose, type and status codes and those of the acknowledgments, by data element. All other
 * coded elements are checked for length only, unless a partner's layer names the allowed codes. `00-56` is a range.
 */
export const X12_CODES = `
248 A C N P Q R S
353 00-22 24-28 30-57 77 5C CN CO EX GR PR RH RV SB SU ZZ
587 AC AD AE AH AK AP AT DQ NA RD RF RJ RN RO RV UQ ZZ
620 1-8 I4 I6 I7 I8 I9
621 1-10 12 13 I6 I9 I10 I11 I12 I13
668 AA AC AR BP DR IA IB IC ID IE IF IH IP IQ IR IS IW R1-R9 SP
670 AA AI CA CB CC CE CF CG CH CI CT DI MU NC OA OC PC PQ PR QC QD QI RA RB RC RE RM RQ RS RZ TI
715 A E M P R W X
716 1-6 10-26
717 A E M R W X
718 1-27 I6
720 1-8 I4 I6 I7 I8 I9
723 1-10 12 13
736 0 1
1073 N U W Y
I05 01-04 07-38 AM NR SA SN ZZ
I14 I P T
I17 A E R
I18 000-031
`;

export const EDIFACT_CODES = `
0073 C F
0081 D S
0083 1-8
0085 2 7 12-52
1225 1-99
4343 AA AB AC AD AE AF AG AH AI AJ AP AQ CA CO NA RE
`;
