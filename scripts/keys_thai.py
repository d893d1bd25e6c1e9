"""The Thai words of the tables of keys, and what each key does, by the English.

A text that the package has changed has no Thai any more until somebody writes it.
"""

HEAD = ["คีย์", "จำเป็น", "ค่าเริ่มต้น", "ทำอะไร"]
YES = "ใช่"
YES_OR_ISSUER = "ใช่ หรือเขียน `issuer`"
NO = "ไม่"
NONE = "ไม่มี"
NAME_OF_THE_TABLE = "คือชื่อตาราง"
AS_IN_LOGTO = "ตามที่อยู่ใน Logto"
FACTORY = '`"%s"` บอกว่าเป็นตัวเชื่อมต่อชนิดนี้'
FROM_ENVIRONMENT = 'เขียนได้แบบ `{ env = "NAME" }` เท่านั้น'
STORES_NO_TOKENS = "เป็นได้แค่ `false` เพราะ Logto ไม่เก็บโทเค็นของตัวเชื่อมต่อนี้"

_THAI = {
    # All connectors
    "The id of the connector in Logto, the end of its callback URL. Logto makes one "
    "up for a new connector when it is left out.": (
        "ID ของตัวเชื่อมต่อใน Logto คือส่วนท้ายของ callback URL ถ้าไม่เขียน "
        "ตัวเชื่อมต่อใหม่จะได้ ID ที่สุ่มให้"
    ),
    "Whether name and picture follow the provider at each sign-in, not only at the "
    "first. E-mail address and phone number never do.": (
        "ให้ชื่อและรูปตามผู้ให้บริการทุกครั้งที่ลงชื่อเข้าใช้ ไม่ใช่แค่ครั้งแรก อีเมลและเบอร์โทรศัพท์ไม่ตามเลย"
    ),
    "Whether Logto keeps the provider's tokens, so that the site can call the "
    "provider for a user. Setting it to false deletes those that are kept.": (
        "ให้ Logto เก็บโทเค็นของผู้ให้บริการ เพื่อให้เว็บไซต์เรียกผู้ให้บริการแทนผู้ใช้ได้ "
        "ถ้าตั้งเป็น false จะลบโทเค็นที่เก็บไว้"
    ),
    "Whether it is left off the sign-in page: for connecting accounts only.": (
        "ไม่แสดงในหน้าลงชื่อเข้าใช้ ใช้เชื่อมโยงบัญชีเท่านั้น"
    ),
    "The client ID that the provider shows.": "client ID ที่ผู้ให้บริการแสดง",
    "The client secret that the provider shows.": "client secret ที่ผู้ให้บริการแสดง",
    # Hugging Face, Facebook
    "Scopes with blanks between them. profile is Logto's default; email brings the "
    "e-mail address.": (
        "ขอบเขตคั่นด้วยช่องว่าง Logto ใช้ profile เมื่อไม่ได้เขียน ส่วน email ทำให้ได้อีเมล"
    ),
    "Scopes with blanks or commas between them, which replace Logto's default: keep "
    "email and public_profile.": (
        "ขอบเขตคั่นด้วยช่องว่างหรือจุลภาค แทนที่ค่าเริ่มต้นของ Logto จึงต้องมี email "
        "และ public_profile ไว้เสมอ"
    ),
    # Standard connectors
    "Logto's name for the identities that this provider gives. It tells them apart "
    "from others', and cannot be changed later.": (
        "ชื่อที่ Logto ใช้เรียกข้อมูลระบุตัวตนจากผู้ให้บริการนี้ แยกจากของรายอื่น และเปลี่ยนภายหลังไม่ได้"
    ),
    "What the button says: text, or a table of texts by language.": (
        "ข้อความบนปุ่ม เป็นข้อความเดียว หรือตารางของข้อความตามภาษา"
    ),
    "The address of the picture on the button.": "ที่อยู่ของรูปบนปุ่ม",
    "The address of the picture for dark pages.": "ที่อยู่ของรูปสำหรับโหมดมืด",
    # OpenID Connect
    "The address by which the provider calls itself. What is not given of endpoints, "
    "keys and authentication method is discovered from it.": (
        "ที่อยู่ที่ผู้ให้บริการใช้เรียกตัวเอง endpoint คีย์ "
        "และวิธียืนยันตัวตนที่ไม่ได้เขียนไว้จะหาด้วย discovery จากที่นี่"
    ),
    "Where people are sent to sign in. Discovered from issuer.": (
        "ที่ที่ส่งผู้ใช้ไปลงชื่อเข้าใช้ หาได้จาก issuer"
    ),
    "Where Logto exchanges the code for tokens. Discovered from issuer.": (
        "ที่ที่ Logto แลก code เป็นโทเค็น หาได้จาก issuer"
    ),
    "How Logto shows the client secret there: client_secret_basic, client_secret_post "
    "or client_secret_jwt. Discovered from issuer.": (
        "วิธีที่ Logto แสดง client secret ที่นั่น: client_secret_basic, "
        "client_secret_post หรือ client_secret_jwt "
        "หาได้จาก issuer"
    ),
    "How Logto signs with the secret, for client_secret_jwt alone: HS256, HS384 or "
    "HS512. HS256 is Logto's default.": (
        "อัลกอริทึมที่ Logto ใช้ลงนามด้วย secret เฉพาะกับ client_secret_jwt: "
        "HS256, HS384 หรือ HS512 ถ้าไม่เขียน Logto ใช้ HS256"
    ),
    "Scopes with blanks between them. Logto adds openid when it is missing.": (
        "ขอบเขตคั่นด้วยช่องว่าง ถ้าไม่มี openid Logto จะเติมให้"
    ),
    "What has to be true of ID tokens.": "เงื่อนไขที่ ID token ต้องผ่าน",
    "Parameters with which people are sent to the provider.": (
        "พารามิเตอร์ที่ส่งไปพร้อมผู้ใช้เมื่อไปยังผู้ให้บริการ"
    ),
    "Parameters that the standard does not know, sent to both endpoints, with names "
    "in snake case: for providers with ways of their own.": (
        "พารามิเตอร์นอกมาตรฐาน ส่งไปทั้งสอง endpoint โดยเขียนชื่อเป็น snake "
        "case สำหรับผู้ให้บริการที่ทำไม่เหมือนใคร"
    ),
    'Whether "true" is as good as true in email_verified and phone_verified.': (
        'ถือว่า "true" คือ true ใน email_verified และ phone_verified'
    ),
    "Whether e-mail addresses count without email_verified in the ID token.": (
        "รับอีเมลแม้ ID token ไม่มี email_verified"
    ),
    # ID tokens
    "Where the provider publishes its keys. Discovered from issuer.": (
        "ที่ที่ผู้ให้บริการเผยแพร่คีย์ หาได้จาก issuer"
    ),
    "Who may have issued it, one or several. Without it anybody may.": (
        "ใครเป็นผู้ออกได้บ้าง หนึ่งรายหรือหลายราย ถ้าไม่เขียน ใครออกก็ได้"
    ),
    "For whom it has to be. Logto puts client_id there, whatever is given.": (
        "ออกให้ใคร Logto ใส่ client_id เสมอไม่ว่าจะเขียนอะไร"
    ),
    "The algorithms that may have signed it. Those of the keys when left out.": (
        "อัลกอริทึมที่ลงนามได้ ถ้าไม่เขียนใช้ตามคีย์"
    ),
    "How far clocks may differ: seconds, or text such as 5 minutes.": (
        "นาฬิกาต่างกันได้เท่าไร เป็นวินาที หรือข้อความเช่น 5 minutes"
    ),
    "Critical header parameters that are understood, each with whether it has to be "
    "protected by the signature.": (
        "พารามิเตอร์ crit ในเฮดเดอร์ที่เข้าใจ แต่ละตัวบอกว่าต้องอยู่ใต้ลายเซ็นหรือไม่"
    ),
    "Not to be given: the guide's table has it, and JSON cannot tell it.": (
        "เขียนไม่ได้ มีอยู่ในตารางของคู่มือ แต่ JSON บอกค่าแบบนี้ไม่ได้"
    ),
    "How long ago it may have been issued: seconds, or text such as 1 hour.": (
        "ออกมาแล้วได้นานเท่าไร เป็นวินาที หรือข้อความเช่น 1 hour"
    ),
    "Whose it has to be: nobody else can sign in then.": (
        "ต้องเป็นของใคร คนอื่นจะลงชื่อเข้าใช้ไม่ได้"
    ),
    "The type that its header has to name.": "ชนิดที่เฮดเดอร์ต้องบอก",
    # Authorization requests
    "Not used: Logto always asks for a code.": "ไม่มีผล Logto ขอ code เสมอ",
    "Not used: Logto takes the connector's token_endpoint.": (
        "ไม่มีผล Logto ใช้ token_endpoint ของตัวเชื่อมต่อ"
    ),
    "How the provider is to answer: query or form_post.": (
        "ให้ผู้ให้บริการตอบแบบใด: query หรือ form_post"
    ),
    "How its page is to look: page, popup, touch or wap.": (
        "หน้าตาของหน้าลงชื่อเข้าใช้: page, popup, touch หรือ wap"
    ),
    "What it is to ask, with blanks: login, consent, select_account or none.": (
        "ให้ถามอะไรผู้ใช้ คั่นด้วยช่องว่าง: login, consent, select_account หรือ none"
    ),
    "How long ago people may have signed in there: seconds, written as text.": (
        "ลงชื่อเข้าใช้ที่นั่นมาแล้วได้นานเท่าไร เป็นวินาที เขียนเป็นข้อความ"
    ),
    "Languages in the order of preference, with blanks.": (
        "ภาษาตามลำดับที่ต้องการ คั่นด้วยช่องว่าง"
    ),
    "An ID token of who is to sign in.": "ID token ของคนที่จะลงชื่อเข้าใช้",
    "Who is to sign in, as the provider names them.": (
        "คนที่จะลงชื่อเข้าใช้ ตามชื่อที่ผู้ให้บริการใช้"
    ),
    "How they are to prove it: classes of the provider, with blanks.": (
        "ให้ยืนยันตัวตนระดับใด ตามที่ผู้ให้บริการกำหนด คั่นด้วยช่องว่าง"
    ),
    # Any other connector
    "Logto's id of the connector's kind, such as github-universal.": (
        "ID ของชนิดตัวเชื่อมต่อใน Logto เช่น github-universal"
    ),
    "What Logto's form asks for, with the names that Logto uses.": (
        "ค่าที่แบบฟอร์มของ Logto ถาม ใช้ชื่อตามที่ Logto ใช้"
    ),
    # Other tables of the declaration
    "What it is called in Logto; the host of the site for a new one.": (
        "ชื่อใน Logto ถ้าไม่เขียน ตัวใหม่จะใช้ชื่อโฮสต์ของเว็บไซต์"
    ),
    "Redirect URIs besides those of this site, of a staging site for example.": (
        "Redirect URI นอกเหนือจากของเว็บไซต์นี้ เช่นของเว็บไซต์ staging"
    ),
    "Post sign-out redirect URIs besides those of this site.": (
        "Post sign-out redirect URI นอกเหนือจากของเว็บไซต์นี้"
    ),
    "Where Logto tells that a session has ended. By default the address that this "
    "site has for it, unless another is in Logto already.": (
        "ที่ที่ Logto แจ้งว่าเซสชันสิ้นสุดแล้ว ถ้าไม่เขียนใช้ที่อยู่ของเว็บไซต์นี้ เว้นแต่ใน Logto มีที่อยู่อื่นอยู่แล้ว"
    ),
    "Where it is sent; by default the address that this site has for it.": (
        "ส่งไปที่ใด ถ้าไม่เขียนใช้ที่อยู่ของเว็บไซต์นี้"
    ),
    "What it is sent for; by default all that changes users and their organizations, "
    "or what is in Logto already.": (
        "ส่งเมื่อเกิดอะไร ถ้าไม่เขียนคือทุกอย่างที่เปลี่ยนข้อมูลผู้ใช้และองค์กรของผู้ใช้ "
        "หรือตามที่อยู่ใน Logto อยู่แล้ว"
    ),
    "Targets of connectors in the order of their buttons. By default the order stays, "
    "and declared connectors come in the end.": (
        "target ของตัวเชื่อมต่อตามลำดับปุ่ม ถ้าไม่เขียนลำดับจะคงเดิม และตัวที่ประกาศใหม่อยู่ท้ายสุด"
    ),
    "What people register with: none (providers only), username, email, phone or "
    "email_or_phone.": (
        "ตัวระบุที่ใช้สมัคร: none (ผ่านผู้ให้บริการเท่านั้น), username, email, "
        "phone หรือ email_or_phone"
    ),
    "Whether there is one; linking accounts on this site needs it.": (
        "เปิดใช้หรือไม่ การเชื่อมโยงบัญชีในเว็บไซต์นี้ต้องเปิดไว้"
    ),
    'Fields and what people may do with each, such as { social = "Edit" }.': (
        'ฟิลด์และสิ่งที่ผู้ใช้ทำได้กับแต่ละฟิลด์ เช่น { social = "Edit" }'
    ),
}


def told(text: str) -> str:
    """Return in Thai what the package says of a key.

    Raises:
        SystemExit: It is not translated; names the text.
    """
    if text not in _THAI:
        raise SystemExit(f"scripts/keys_thai.py lacks the Thai of: {text}")
    return _THAI[text]
