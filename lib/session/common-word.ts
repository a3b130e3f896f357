/** Words that stand in any text: that one of them is found somewhere says nothing of where a value comes from. */
const common = new Set(
  `yes no true false none null nil undefined unknown default auto all any other new old now today tomorrow yesterday
  the and for you your our with from this that have has will can please thanks dear best regards hello
  eur usd gbp chf jpy aud cad inr cny sek nok dkk pln
  user users name names email mail file files data date time amount total account address payment transaction message
  subject title text body note notes description status type value number order item items list result results
  open close closed active pending done high low medium normal urgent read write send sent create update delete set get add
  public private internal admin home work test info api http https www com org net html json csv pdf txt
  economy business first second third one two three four five six seven eight nine ten
  monday tuesday wednesday thursday friday saturday sunday
  january february march april may june july august september october november december`.split(/\s+/),
)

/** True of a folded word that says nothing. */
export function isCommon(folded: string): boolean {
  return common.has(folded)
}
