import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { shopQuery } from '../api/shop.ts'
import { paths } from '../paths.ts'
import classes from './Frame.module.css'

export function Footer() {
  const shop = useQuery(shopQuery)
  return (
    <footer className={classes.footer}>
      <div className={`${classes.inner} ${classes.foot}`}>
        <span>GIVRWRLD Servers</span>
        <Link to={paths.status}>Status</Link>
        <Link to={paths.terms}>Terms</Link>
        <Link to={paths.privacy}>Privacy</Link>
        {shop.data && <a href={shop.data.supportUrl}>Support</a>}
        {shop.data && <a href={shop.data.panelUrl}>Game panel</a>}
      </div>
    </footer>
  )
}
